/** The times between which everything of a generated seller happened, epoch milliseconds. */
export interface History {
  readonly start: number;
  readonly end: number;
}
