import { z } from 'zod';

/** The encodings besides UTF-8 that Amazon's reports come in, as their Content-Type names them. */
export const Charset = z.enum(['Cp1252', 'Shift_JIS']);
export type Charset = z.infer<typeof Charset>;

/** The names by which the platform's decoder knows them. */
const DECODER_LABELS: Record<Charset, string> = { Cp1252: 'windows-1252', Shift_JIS: 'shift_jis' };

/** Writes text as bytes of one charset; a character that the charset lacks becomes `?`. */
export type Encoder = (text: string) => Buffer;

/** Node has decoders only, so the table of the decoder is turned round. */
export function createEncoder(charset: Charset): Encoder {
  const codes = codesOf(charset);
  return (text) => {
    const bytes: number[] = [];
    for (const character of text) {
      const code = codes.get(character) ?? 0x3f;
      if (code > 0xff) bytes.push(code >> 8);
      bytes.push(code & 0xff);
    }
    return Buffer.from(bytes);
  };
}

/** Tells of a text whether every character of it can be written in the charset. */
export function createFits(charset: Charset): (text: string) => boolean {
  const codes = codesOf(charset);
  return (text) => [...text].every((character) => codes.has(character));
}

/** By character: its byte, or its two bytes as one number. */
function codesOf(charset: Charset): ReadonlyMap<string, number> {
  const decoder = new TextDecoder(DECODER_LABELS[charset]);
  const codes = new Map<string, number>();
  for (const code of codesIn(charset)) {
    const bytes = Uint8Array.from(code > 0xff ? [code >> 8, code & 0xff] : [code]);
    // As a stream that ends at once: all at once, Node 20 reads Cp1252 as Latin-1, without its euro sign.
    const text = decoder.decode(bytes, { stream: true }) + decoder.decode();
    // Bytes that mean nothing decode to U+FFFD, alone or with what follows.
    const isCharacter = [...text].length === 1 && text !== '\ufffd';
    if (isCharacter && !codes.has(text)) codes.set(text, code);
  }
  return codes;
}

function* codesIn(charset: Charset): Generator<number> {
  for (let byte = 0; byte <= 0xff; byte++) yield byte;
  if (charset === 'Cp1252') return;
  for (let lead = 0x81; lead <= 0xfc; lead++)
    // From A1 to DF a byte is a half-width letter of its own, never the first of two.
    for (let trail = 0x40; trail <= 0xfc && (lead < 0xa0 || lead > 0xdf); trail++)
      yield (lead << 8) | trail;
}
