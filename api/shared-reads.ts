/**
 * Lets all reads of one key within `milliseconds` share one answer, as one read that was under way. Failed
 * reads are not kept. Holds no more keys than are read within that time.
 */
export function sharedReads<Question, Answer>(
  milliseconds: number,
  keyOf: (question: Question) => string,
  read: (question: Question) => Promise<Answer>,
): (question: Question) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (question) => {
    const key = keyOf(question);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = read(question);
    const forget = () => {
      if (answers.get(key) === answer) answers.delete(key);
    };
    answers.set(key, answer);
    answer.catch(forget);
    setTimeout(forget, milliseconds).unref();
    return answer;
  };
}
