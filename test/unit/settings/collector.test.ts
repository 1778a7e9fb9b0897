import { readWorkerSettings } from '../../../settings/worker-settings';
import { faultsOf, WORKER_ENV } from './environments';

const read = (endpoint: string, headers?: string) =>
  readWorkerSettings({
    ...WORKER_ENV,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    ...(headers !== undefined && { OTEL_EXPORTER_OTLP_HEADERS: headers }),
  });

test('without a collector, or with an empty one, nothing is traced', () => {
  expect(readWorkerSettings(WORKER_ENV).collector).toBeUndefined();
  expect(read('', '').collector).toBeUndefined();
});

test('headers are names and values, of which those in percent encoding are decoded', () => {
  expect(
    read('https://collector.example.com', 'authorization=Bearer%20abc=, x-team = sync'),
  ).toMatchObject({
    collector: {
      url: 'https://collector.example.com',
      headers: { authorization: 'Bearer abc=', 'x-team': 'sync' },
    },
  });
});

test.each(['http://collector:4318', 'https://collector.example.com', 'http://127.0.0.1:4318'])(
  'spans go to %s',
  (url) => {
    expect(read(url, '').collector).toEqual({ url, headers: {} });
  },
);

test('headers, which are secrets, go in the clear to this machine only', () => {
  for (const url of ['http://127.0.0.1:4318', 'http://[::1]:4318', 'http://localhost:4318'])
    expect(read(url, 'authorization=abc').collector).toBeDefined();
  expect(faultsOf(() => read('http://collector:4318', 'authorization=abc'))).toEqual([
    'OTEL_EXPORTER_OTLP_ENDPOINT: must be https with OTEL_EXPORTER_OTLP_HEADERS',
  ]);
});

test('a variable that only the exporter would read is refused', () => {
  const env = {
    ...WORKER_ENV,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'authorization=abc',
  };
  expect(faultsOf(() => readWorkerSettings(env))).toEqual([
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS: use OTEL_EXPORTER_OTLP_HEADERS in its place',
  ]);
});

test.each(['https://name:secret@collector', 'https://collector?key=abc', 'collector:4318'])(
  'a collector at %s is refused',
  (url) => {
    const [fault] = faultsOf(() => read(url));
    expect(fault).toMatch(/^OTEL_EXPORTER_OTLP_ENDPOINT: /);
    expect(fault).not.toContain('secret');
  },
);

test.each(['authorization', 'authorization=a b', 'authorization=%zz', 'a=b,,'])(
  'headers that read %s are refused, and not told',
  (headers) => {
    expect(faultsOf(() => read('https://collector.example.com', headers))).toEqual([
      'OTEL_EXPORTER_OTLP_HEADERS: must be name=value,name=value, with what is special in values percent-encoded',
    ]);
  },
);
