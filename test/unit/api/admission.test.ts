import Koa from 'koa';
import { type AdmissionLimits, admission } from '../../../api/admission';
import { ApiError } from '../../../api/api-error';

/** A door with the given limits; each request through it lasts until it is ended. */
function door(limits: Partial<AdmissionLimits>) {
  let user: string | undefined;
  const admit = admission(
    { concurrent: 2, waiting: 10, perUser: 10, patienceMs: 5_000, ...limits },
    () => user,
  );
  const inside: { name: string; end: () => void }[] = [];
  const ctx = new Koa().createContext(
    // The door looks at neither; a context needs them to exist.
    Object.assign(Object.create(null), { headers: {}, socket: {} }),
    Object.create(null),
  );
  const enter = (name: string, whose?: string) => {
    user = whose;
    return admit(ctx, () => new Promise<void>((end) => inside.push({ name, end })));
  };
  return { enter, inside };
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('requests over the limit wait, and come in the order in which they came', async () => {
  const { enter, inside } = door({});
  const all = ['a', 'b', 'c', 'd'].map((name) => enter(name));
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

test('users take turns, however many requests each has', async () => {
  const { enter, inside } = door({ concurrent: 1 });
  const all = [
    ...['a1', 'a2', 'a3', 'a4'].map((name) => enter(name, 'a')),
    ...['b1', 'b2'].map((name) => enter(name, 'b')),
    enter('nobody'),
  ];
  for (let index = 0; index < all.length; index += 1) {
    await settle();
    inside[index]?.end();
  }
  await Promise.all(all);
  const order = ['a1', 'a2', 'b1', 'nobody', 'a3', 'b2', 'a4'];
  expect(inside.map(({ name }) => name)).toEqual(order);
});

test('a user with too many requests is turned away, others are not, and it may come again', async () => {
  const { enter, inside } = door({ concurrent: 1, perUser: 2 });
  const first = [enter('a1', 'a'), enter('a2', 'a')];
  await expect(enter('a3', 'a')).rejects.toMatchObject({ code: 'too_many_requests' });
  const others = [enter('b1', 'b'), enter('nobody'), enter('nobody'), enter('nobody')];
  await settle();
  inside[0]?.end();
  await first[0];
  const again = enter('a4', 'a');
  for (let index = 1; index < 7; index += 1) {
    await settle();
    inside[index]?.end();
  }
  await Promise.all([...first, ...others, again]);
});
