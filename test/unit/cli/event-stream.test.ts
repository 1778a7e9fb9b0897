import { readEvents, type StreamEvent } from '../../../cli/event-stream';

async function read(bytes: Buffer, pieces: number): Promise<StreamEvent[]> {
  async function* chunks() {
    for (let from = 0; from < bytes.length; from += pieces)
      yield bytes.subarray(from, from + pieces);
  }
  const events: StreamEvent[] = [];
  for await (const event of readEvents(chunks())) events.push(event);
  return events;
}

// Each cut falls into another place: within a word, a line end or a letter of several bytes.
test.each([1, 2, 3, 7, 1_000])('events are read from pieces of %i bytes', async (pieces) => {
  const text =
    'id: 1\ndata: {"a":"ü €"}\n\n: still here\n\nid:2\r\ndata:x\r\ndata: y\r\n\r\nid: 3\ndata: half';
  expect(await read(Buffer.from(text), pieces)).toEqual([
    { id: '1', data: '{"a":"ü €"}' },
    { id: '', data: undefined },
    { id: '2', data: 'x\ny' },
  ]);
});

test('a message that does not end is given up', async () => {
  await expect(read(Buffer.alloc(2_000_000, 'x'), 65_536)).rejects.toThrow('does not end');
});
