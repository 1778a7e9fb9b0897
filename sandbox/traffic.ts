/** What the sandbox has seen, for tests that ask how well a client keeps to its quotas. */
export interface SandboxStats {
  /** How often each operation answered with each HTTP status. */
  operations: Record<string, Record<number, number>>;
  /** By seller: how many requests are being answered, and how many were at most, at one time. */
  connections: Record<string, { inFlight: number; peak: number }>;
}

/** One answered request, as a log line. */
export interface SandboxLine {
  operation: string;
  sellerId: string | null;
  status: number;
  requestId: string;
}

export interface Traffic {
  /** Notes that an answer to the seller has begun; call what it returns when the answer is out. */
  begin(sellerId: string): () => void;
  answered(line: SandboxLine): void;
  stats(): SandboxStats;
}

export function createTraffic(log: (line: SandboxLine) => void): Traffic {
  const operations: SandboxStats['operations'] = {};
  const connections: SandboxStats['connections'] = {};

  return {
    begin(sellerId) {
      const connection = connections[sellerId] ?? { inFlight: 0, peak: 0 };
      connections[sellerId] = connection;
      connection.inFlight += 1;
      connection.peak = Math.max(connection.peak, connection.inFlight);
      return () => {
        connection.inFlight -= 1;
      };
    },
    answered(line) {
      const counts = operations[line.operation] ?? {};
      operations[line.operation] = counts;
      counts[line.status] = (counts[line.status] ?? 0) + 1;
      log(line);
    },
    stats: () => structuredClone({ operations, connections }),
  };
}
