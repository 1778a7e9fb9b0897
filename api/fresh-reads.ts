/**
 * Lets all who ask for a key while a read of it is under way share the next one. So each gets an answer that
 * was asked for after they came, and a crowd costs two reads at a time and not a thousand.
 */
export function freshReads<Answer>(
  read: (key: string) => Promise<Answer>,
): (key: string) => Promise<Answer> {
  const running = new Map<string, Promise<Answer>>();
  const next = new Map<string, Promise<Answer>>();

  const begin = (key: string): Promise<Answer> => {
    const answer = read(key);
    running.set(key, answer);
    const forget = () => {
      if (running.get(key) === answer) running.delete(key);
    };
    answer.then(forget, forget);
    return answer;
  };

  return (key) => {
    const before = running.get(key);
    if (before === undefined) return begin(key);
    const known = next.get(key);
    if (known !== undefined) return known;
    const answer = before
      .catch(() => undefined)
      .then(() => {
        next.delete(key);
        return begin(key);
      });
    next.set(key, answer);
    return answer;
  };
}
