/** Text of others as it may be written to a terminal: without what would steer it. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
