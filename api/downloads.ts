import { ApiError } from './api-error';

/** A download while it is under way. */
export interface DownloadPlace {
  /** Asks the database for rows of it, in its turn. */
  read<Rows>(rows: () => Promise<Rows>): Promise<Rows>;
  /** The download has ended, or was never begun. A second time does nothing. */
  leave(): void;
}

export interface Downloads {
  /** Throws `too_many_requests` where the user has as many as one may have, `service_unavailable` where all have. */
  take(userKey: string): DownloadPlace;
}

export interface DownloadLimits {
  /** Downloads under way. */
  atOnce: number;
  /** Of one user. */
  perUser: number;
  /** Those that ask the database at one moment; the others have what they asked for, or wait. */
  reading: number;
}

/**
 * Bounds the downloads of a process. A request's place is handed on when its answer begins, and a file goes on for as
 * long as its reader takes: so files have places of their own, and a share of the database's connections that leaves
 * the most to everybody else.
 */
export function createDownloads({ atOnce, perUser, reading }: DownloadLimits): Downloads {
  const ofUsers = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let count = 0;
  let busy = 0;

  async function read<Rows>(rows: () => Promise<Rows>): Promise<Rows> {
    if (busy < reading) busy += 1;
    // Whoever is done hands over the turn, so `busy` stays as it is.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await rows();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  }

  return {
    take(userKey) {
      const others = ofUsers.get(userKey) ?? 0;
      if (others >= perUser) {
        throw new ApiError('too_many_requests', {
          message: `${perUser} downloads are under way already. Try again when one of them is done.`,
        });
      }
      if (count >= atOnce) throw new ApiError('service_unavailable');
      count += 1;
      ofUsers.set(userKey, others + 1);
      let isLeft = false;
      return {
        read,
        leave() {
          if (isLeft) return;
          isLeft = true;
          count -= 1;
          const left = (ofUsers.get(userKey) ?? 1) - 1;
          if (left === 0) ofUsers.delete(userKey);
          else ofUsers.set(userKey, left);
        },
      };
    },
  };
}
