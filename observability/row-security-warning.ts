import type { Logger } from './logger';

/** Says so where PostgreSQL does not hold a process to one user at a time: what would hold it is only our own code. */
export function warnUnlessHeld(log: Logger, { isHeld }: { isHeld: boolean }): void {
  if (isHeld) return;
  log.warn(
    'row-level security does not hold this process: its DATABASE_URL names the owner of the tables, or a superuser',
  );
}
