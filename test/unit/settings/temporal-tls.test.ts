import { readApiSettings } from '../../../settings/api-settings';
import { temporalOptions } from '../../../settings/temporal-options';
import { readWorkerSettings } from '../../../settings/worker-settings';
import { API_ENV, faultsOf, secretFolder, WORKER_ENV } from './environments';

const secretFile = secretFolder();

const PROCESSES = [
  ['API', (env: Record<string, string>) => readApiSettings({ ...API_ENV, ...env })],
  ['worker', (env: Record<string, string>) => readWorkerSettings({ ...WORKER_ENV, ...env })],
] as const;

const IN_THE_CLEAR = [
  'TEMPORAL_TLS: must not be off with TEMPORAL_API_KEY, which would be sent in the clear',
];

describe.each(PROCESSES)('the %s', (_, read) => {
  test.each(['false', '0'])('sends no API key in the clear (TEMPORAL_TLS=%s)', (TEMPORAL_TLS) => {
    expect(faultsOf(() => read({ TEMPORAL_API_KEY: 'key', TEMPORAL_TLS }))).toEqual(IN_THE_CLEAR);
    const TEMPORAL_API_KEY_FILE = secretFile('api-key', 'key');
    expect(faultsOf(() => read({ TEMPORAL_API_KEY_FILE, TEMPORAL_TLS }))).toEqual(IN_THE_CLEAR);
    // Another name of the same beginning is another machine.
    const TEMPORAL_ADDRESS = 'localhost.example:7233';
    const elsewhere = { TEMPORAL_API_KEY: 'key', TEMPORAL_TLS, TEMPORAL_ADDRESS };
    expect(faultsOf(() => read(elsewhere))).toEqual(IN_THE_CLEAR);
  });

  test.each(['127.0.0.1:7233', 'localhost:7233', '[::1]:7233'])(
    'sends it to this machine as it is told (%s)',
    (TEMPORAL_ADDRESS) => {
      const env = { TEMPORAL_API_KEY: 'key', TEMPORAL_TLS: 'false', TEMPORAL_ADDRESS };
      expect(temporalOptions(read(env).temporal).connectionOptions.tls).toBe(false);
    },
  );

  test.each(['True', 'TRUE', 'yes', 'on', 'off', ' true'])(
    'does not take TEMPORAL_TLS=%j for off without a word',
    (TEMPORAL_TLS) => {
      expect(faultsOf(() => read({ TEMPORAL_TLS }))).toEqual([
        'TEMPORAL_TLS: must be true or false',
      ]);
    },
  );

  test('has TLS by an API key alone, and by being told', () => {
    const tlsOf = (env: Record<string, string>) =>
      temporalOptions(read(env).temporal).connectionOptions.tls;
    expect(tlsOf({ TEMPORAL_API_KEY: 'key' })).toBe(true);
    expect(tlsOf({ TEMPORAL_TLS: 'true' })).toBeTruthy();
    expect(tlsOf({ TEMPORAL_TLS: '1', TEMPORAL_API_KEY: 'key' })).toBeTruthy();
    expect(tlsOf({ TEMPORAL_TLS: 'false' })).toBe(false);
  });
});
