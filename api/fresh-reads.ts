/**
 * Lets all who ask for a key while a read of it is under way share the next one. So each gets an answer that
 * was asked for after they came, and a crowd costs two reads at a time and not a thousand. Where the one under way
 * fails, so do they: a server that is away would have them wait for two deadlines in place of one.
 */
export function freshReads<Question, Answer>(
  keyOf: (question: Question) => string,
  read: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const running = new Map<string, Promise<Answer>>();
  const next = new Map<string, Promise<Answer>>();

  const begin = (key: string, question: Question): Promise<Answer> => {
    const answer = read(question);
    running.set(key, answer);
    const forget = () => {
      if (running.get(key) === answer) running.delete(key);
    };
    answer.then(forget, forget);
    return answer;
  };

  return (question) => {
    const key = keyOf(question);
    const before = running.get(key);
    if (before === undefined) return begin(key, question);
    const known = next.get(key);
    if (known !== undefined) return known;
    const answer = before.then(
      () => {
        next.delete(key);
        return begin(key, question);
      },
      (error: unknown) => {
        next.delete(key);
        throw error;
      },
    );
    next.set(key, answer);
    return answer;
  };
}
