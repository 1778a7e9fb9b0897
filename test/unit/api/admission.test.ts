import Koa from 'koa';
import { type AdmissionLimits, admission } from '../../../api/admission';
import { ApiError } from '../../../api/api-error';

/** A door with the given limits; each request through it lasts until it is ended. */
function door(limits: Partial<AdmissionLimits>) {
  const admit = admission({ concurrent: 2, waiting: 10, patienceMs: 5_000, ...limits });
  const inside: { name: string; end: () => void }[] = [];
  const ctx = new Koa().createContext(
    // The door looks at neither; a context needs them to exist.
    Object.assign(Object.create(null), { headers: {}, socket: {} }),
    Object.create(null),
  );
  const enter = (name: string) =>
    admit(ctx, () => new Promise<void>((end) => inside.push({ name, end })));
  return { enter, inside };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('requests over the limit wait, and come in the order in which they came', async () => {
  const { enter, inside } = door({});
  const all = ['a', 'b', 'c', 'd'].map(enter);
  await settle();
  expect(inside.map(({ name }) => name)).toEqual(['a', 'b']);
  inside[1]?.end();
  await settle();
  expect(inside.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  for (const one of [0, 2]) inside[one]?.end();
  await settle();
  inside[3]?.end();
  await Promise.all(all);
  const late = enter('e');
  await settle();
  expect(inside.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  inside[4]?.end();
  await late;
});

test('a request that finds the queue full, or waits too long, is turned away', async () => {
  const { enter, inside } = door({ concurrent: 1, waiting: 1, patienceMs: 20 });
  const first = enter('a');
  const waiting = enter('b');
  await expect(enter('c')).rejects.toThrow(ApiError);
  await expect(waiting).rejects.toThrow(ApiError);
  expect(inside).toHaveLength(1);
  inside[0]?.end();
  await first;
  const next = enter('d');
  await settle();
  inside[1]?.end();
  await next;
});
