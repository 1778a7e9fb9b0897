/**
 * Reads the next item while the caller is busy with the one before: so a report is parsed while PostgreSQL writes. At
 * most one item is held that nobody has asked for.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item> {
  const items = source[Symbol.asyncIterator]();
  const ask = () => {
    const next = items.next();
    // Whoever comes for it gets the error; a caller that has failed meanwhile never comes.
    next.catch(() => undefined);
    return next;
  };
  try {
    let next = ask();
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = ask();
      yield value;
    }
  } finally {
    // Not waited for: a generator returns once what it was asked for is there, which a download may keep back.
    items.return?.()?.catch(() => undefined);
  }
}
