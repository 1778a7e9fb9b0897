/** The date, as API, workers of this process and sandbox see it. It runs, and can be moved forward. */
export interface Calendar {
  /** Epoch ms. */
  now(): number;
  forward(milliseconds: number): void;
}

/** A calendar that begins with the machine's date. `clock` answers epoch ms. */
export function createCalendar(clock: () => number): Calendar {
  let ahead = 0;
  return {
    now: () => clock() + ahead,
    forward(milliseconds) {
      ahead += milliseconds;
    },
  };
}
