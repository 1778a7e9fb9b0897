import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { testServer } from '../test-servers';

/** The SDK waits 5 s for the server; a Java machine on a busy computer can take longer to its first answer. */
const STARTS = 5;

/**
 * A server that skips time while a result is waited for. Time is the server's own: hours pass in it at once,
 * while activities see the real clock. One a test file, since its time is shared by all of its workflows.
 */
export async function startTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const executable = {
    type: 'existing-path',
    path: testServer('TEST_TIME_SKIPPING_SERVER'),
  } as const;
  for (let start = 1; ; start += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
    } catch (error) {
      if (start === STARTS) throw error;
    }
  }
}

/** The server of the whole test run, which behaves as in production: time passes in it as it does here. */
export async function realServer(): Promise<TestWorkflowEnvironment> {
  const address = testServer('TEST_TEMPORAL_ADDRESS');
  return TestWorkflowEnvironment.createFromExistingServer({ address });
}

/**
 * Once a process: the worker would log every failed attempt, and here they are wanted. Its native core warns at each
 * start that the server which skips time is an old one.
 */
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: {
    logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) },
  },
});
