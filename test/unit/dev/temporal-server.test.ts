import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../../dev/free-port';
import { temporalBinary } from '../../../dev/temporal-binary';
import { startTemporal } from '../../../dev/temporal-server';
import { eventually } from '../../eventually';
import { COMPILED_DEV } from './compiled-dev';
import { fakeProgram, temporaryFolder } from './fake-program';
import { hasEnded } from './has-ended';

let folder: string;
let binary: string;

beforeAll(async () => {
  binary = await temporalBinary({ env: process.env, report: () => undefined });
});
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const settings = { namespace: 'default', searchAttributes: { SyncKind: 'Keyword' } };

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

test('workflows outlive a restart on the same file, and search attributes are there at once', async () => {
  const start = async () =>
    startTemporal({
      ...settings,
      binary,
      databaseFile: join(folder, 'data', 'temporal.db'),
      port: await freePort(0),
      uiPort: await freePort(0),
      log: () => undefined,
    });
  const first = await start();
  expect((await fetch(String(first.uiUrl))).status).toBe(200);
  await withClient(first.address, ({ workflow }) =>
    workflow.start('nobody-runs-it', {
      taskQueue: 'none',
      workflowId: 'kept',
      searchAttributes: { SyncKind: ['manual'] },
    }),
  );
  await first.stop();
  expect(hasEnded(first.pid)).toBe(true);

  const second = await start();
  const status = await withClient(
    second.address,
    async ({ workflow }) => (await workflow.getHandle('kept').describe()).status.name,
  );
  expect(status).toBe('RUNNING');
  await second.stop();
});

test('a killed parent takes the server with it', async () => {
  const options = JSON.stringify({ ...settings, binary, port: await freePort(0) });
  const script = `
    const { startTemporal } = require('${COMPILED_DEV}/temporal-server.js');
    startTemporal({ ...${options}, log() {} }).then(({ pid }) => console.log(pid));`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let pid = 0;
    for await (const line of createInterface({ input: parent.stdout })) {
      pid = Number(line);
      break;
    }
    expect(hasEnded(pid)).toBe(false);
    parent.kill('SIGKILL');
    await eventually('its end', async () => (await hasEnded(pid)) || undefined);
  } finally {
    parent.kill('SIGKILL');
  }
});

test('a server that fails to start is told with its own words', async () => {
  const broken = await fakeProgram(join(folder, 'temporal'), 'echo "no such flag" >&2; exit 1');
  const start = startTemporal({
    ...settings,
    binary: broken,
    port: await freePort(0),
    log: () => undefined,
  });
  await expect(start).rejects.toThrow('Temporal ended with exit code 1:\nno such flag');
});
