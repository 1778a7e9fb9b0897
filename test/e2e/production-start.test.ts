import { join } from 'node:path';
import { startChild } from '../../dev/child-process';

/** The processes as production starts them, with an environment of our choosing and no other. */
async function run(entry: 'api' | 'worker', env: Record<string, string>) {
  const lines: string[] = [];
  const child = await startChild({
    name: entry,
    command: process.execPath,
    args: [join(__dirname, '..', '..', 'dist', entry, 'main.js')],
    env: { PATH: process.env.PATH, ...env },
    onLine: (line) => lines.push(line),
  });
  const { code } = await child.ended;
  return { code, output: lines.join('\n') };
}

test('the API does not start without its settings and names all of them at once', async () => {
  const { code, output } = await run('api', {});
  expect(code).toBe(1);
  for (const name of [
    'PUBLIC_URL',
    'FRONTEND_URL',
    'SESSION_JWT_SECRET',
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
  ]) {
    expect(output).toContain(name);
  }
});

test('the worker does not start without credentials: there is no made-up Amazon to fall back to', async () => {
  const { code, output } = await run('worker', {});
  expect(code).toBe(1);
  for (const name of [
    'AMAZON_CLIENT_ID',
    'AMAZON_CLIENT_SECRET',
    'TOKEN_ENCRYPTION_KEYS',
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
  ]) {
    expect(output).toContain(name);
  }
});

test('an empty setting counts as missing, and a secret is not repeated in the fault', async () => {
  const { code, output } = await run('api', {
    PUBLIC_URL: 'https://sync.example',
    FRONTEND_URL: '',
    SESSION_JWT_SECRET: 'too-short',
    DATABASE_URL: 'mysql://user:planted-password@db/x',
    TEMPORAL_ADDRESS: 'temporal:7233',
  });
  expect(code).toBe(1);
  expect(output).toContain('FRONTEND_URL');
  expect(output).toContain('SESSION_JWT_SECRET');
  expect(output).not.toContain('PUBLIC_URL');
  expect(output).not.toContain('too-short');
  expect(output).not.toContain('planted-password');
});
