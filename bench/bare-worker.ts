import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';

/** A worker of the yardstick, in a process of its own as ours is. Arguments: address, task queue. */
async function main(): Promise<void> {
  const [address, taskQueue] = process.argv.slice(2);
  if (address === undefined || taskQueue === undefined) throw new Error('Which server and queue?');
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    connection,
    taskQueue,
    workflowsPath: join(__dirname, 'bare-workflows.js'),
    activities: { nothing: async () => undefined },
    // As ours.
    maxConcurrentActivityTaskExecutions: 40,
  });
  process.on('SIGTERM', () => worker.shutdown());
  process.stdout.write('worker is ready\n');
  await worker.run();
  await connection.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
