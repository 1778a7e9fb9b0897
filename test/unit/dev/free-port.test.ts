import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort } from '../../../dev/free-port';

test('a free preferred port is taken', async () => {
  const port = await freePort(0);
  expect(await freePort(port)).toBe(port);
});

test.each(['127.0.0.1', '0.0.0.0'])(
  'another port is found when %s has the preferred one',
  async (host) => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const port = await freePort(taken);
      expect(port).not.toBe(taken);
      expect(port).toBeGreaterThan(0);
    } finally {
      server.close();
    }
  },
);
