/** Something that happens over time: yields when it goes on (ms), or null to be woken by somebody else. */
export type Process = Generator<number | null, void, void>;

/** A part of a process, with a result. */
export type Part<Result = void> = Generator<number | null, Result, void>;

export interface EventLoop {
  /** Milliseconds since the beginning. */
  now(): number;
  /** Has a process begin at a time that has not passed. */
  start(at: number, process: Process): void;
  /** Has a process that yielded null go on now. */
  wake(process: Process): void;
  /** The process that is being run: whoever parks it keeps it. */
  current(): Process;
  /** Until nothing is left to happen. Returns how many times something went on. */
  run(): number;
}

interface Event {
  readonly at: number;
  /** Of two at the same time the one that was asked for first comes first, so that a run can be repeated. */
  readonly place: number;
  readonly process: Process;
}

const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.place < b.place);

/** A clock that jumps from one event to the next. */
export function createEventLoop(): EventLoop {
  /** A binary heap: no event is before its parent. */
  const heap: Event[] = [];
  let now = 0;
  let places = 0;
  let running: Process | undefined;

  function push(at: number, process: Process): void {
    const event = { at, place: places, process };
    places += 1;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, event)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  }

  function pop(): Event | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const one = heap[left];
      if (one === undefined) break;
      const other = heap[left + 1];
      const isOther = other !== undefined && isBefore(other, one);
      const child = isOther ? other : one;
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = isOther ? left + 1 : left;
    }
    heap[index] = last;
    return first;
  }

  return {
    now: () => now,
    start(at, process) {
      if (at < now) throw new RangeError('That time has passed');
      push(at, process);
    },
    wake: (process) => push(now, process),
    current() {
      if (running === undefined) throw new Error('Nothing is running');
      return running;
    },
    run() {
      let steps = 0;
      for (let event = pop(); event !== undefined; event = pop()) {
        now = event.at;
        running = event.process;
        steps += 1;
        const { done, value } = event.process.next();
        if (done !== true && value !== null) push(Math.max(now, value), event.process);
      }
      running = undefined;
      return steps;
    },
  };
}
