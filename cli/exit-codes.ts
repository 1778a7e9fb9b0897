/** What a script learns from how the program ended. Part of its contract: help and README list them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  alreadyRunning: 4,
  outOfReach: 5,
  partial: 6,
  cancelled: 7,
  refused: 8,
  output: 9,
  interrupted: 130,
  /** What a shell says of a program that wrote to a pipe nobody reads. */
  brokenPipe: 141,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
