/** A message of an event stream; a comment, which only says that the line is alive, has no data. */
export interface StreamEvent {
  id: string;
  data: string | undefined;
}

/** A message is a status of some 2 KB; a server that never ends one is not ours. */
const LONGEST_CHARACTERS = 1_000_000;

/**
 * Reads server-sent events as they come. Of the standard what this API uses: `id`, `data` over several lines, and
 * comments. Ends where the stream ends; a message that breaks off is not one.
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest = (rest + decoder.decode(chunk, { stream: true })).replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    if (rest.length > LONGEST_CHARACTERS) throw new Error('An event does not end');
    for (const block of blocks) yield eventOf(block);
  }
}

function eventOf(block: string): StreamEvent {
  let id = '';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(id|data)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'id') id = value;
    if (field === 'data') data.push(value);
  }
  return { id, data: data.length === 0 ? undefined : data.join('\n') };
}
