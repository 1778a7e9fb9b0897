import { readApiSettings } from '../../settings/api-settings';
import { temporalOptions } from '../../settings/temporal-options';
import { readWorkerSettings } from '../../settings/worker-settings';
import { CLOUD, environmentOf, FILLED_IN, overrides, services } from './compose-files';

test('with Temporal Cloud no Temporal is started or waited for, and API and worker go there over TLS', () => {
  const isOurs = (name: string) => name.startsWith('temporal');
  const leftOut = Object.keys(overrides).filter((name) => overrides[name]?.profiles !== undefined);
  expect(leftOut.sort()).toEqual(Object.keys(services).filter(isOurs).sort());
  for (const [name, { depends_on }] of Object.entries(services)) {
    if (leftOut.includes(name)) continue;
    for (const needed of Object.keys(depends_on).filter(isOurs)) {
      // Compose refuses a file in which one that is started requires one that is not.
      const required = overrides[name]?.depends_on[needed]?.required;
      expect([name, needed, required]).toEqual([name, needed, false]);
    }
  }
  for (const [name, readSettings] of [
    ['api', readApiSettings],
    ['worker', readWorkerSettings],
  ] as const) {
    const { temporal, temporalUi } = readSettings(
      environmentOf(name, { ...FILLED_IN, ...CLOUD }, overrides[name]?.environment),
    );
    expect(temporalUi?.url).toBe('https://cloud.temporal.io');
    expect(temporalOptions(temporal)).toMatchObject({
      namespace: CLOUD.TEMPORAL_NAMESPACE,
      connectionOptions: {
        address: CLOUD.TEMPORAL_ADDRESS,
        apiKey: CLOUD.TEMPORAL_API_KEY,
        tls: expect.anything(),
      },
    });
  }
});
