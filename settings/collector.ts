import { z } from 'zod';
import { PlainUrl } from './amazon-application';
import { isDecodable } from './is-decodable';
import { isPrivateOnTheWay } from './loopback-name';
import type { Environment } from './secret-files';

/** As OpenTelemetry has it: `name=value,name=value`, values in percent encoding. */
const PAIR = /^\s*[\w.-]+\s*=\s*[\x21-\x2b\x2d-\x7e]*\s*$/;

/** Where spans go: two of OpenTelemetry's own variables. */
export const CollectorEnvironment = {
  OTEL_EXPORTER_OTLP_ENDPOINT: PlainUrl.optional().meta({
    unset: 'none: off',
    description:
      'base URL of an OpenTelemetry collector that gets spans at `/v1/traces`, by OTLP over HTTP; see below',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .refine(
      (list) => list.split(',').every((pair) => PAIR.test(pair) && isDecodable(pair)),
      'must be name=value,name=value, with what is special in values percent-encoded',
    )
    .optional()
    .describe('headers for the collector, such as `authorization=Bearer%20…`'),
};

/** The collector that spans are sent to. */
export interface Collector {
  url: string;
  headers: Record<string, string>;
}

type CollectorValues = z.infer<z.ZodObject<typeof CollectorEnvironment>>;

/** Undefined where nothing is traced. */
export function collectorSettings(values: CollectorValues): Collector | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_HEADERS: list } = values;
  if (url === undefined) return undefined;
  const pairs = (list?.split(',') ?? []).map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name.trim(), decodeURIComponent(value.join('=').trim())] as const;
  });
  return { url, headers: Object.fromEntries(pairs) };
}

/** What is wrong with the two together: a header is a secret more often than not. */
export function collectorFaults(env: Environment): string[] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: url = '', OTEL_EXPORTER_OTLP_HEADERS: headers } = env;
  // The exporter would read it by itself, and send it wherever spans go.
  if (url !== '' && env.OTEL_EXPORTER_OTLP_TRACES_HEADERS !== undefined) {
    return ['OTEL_EXPORTER_OTLP_TRACES_HEADERS: use OTEL_EXPORTER_OTLP_HEADERS in its place'];
  }
  if (headers === undefined || !URL.canParse(url)) return [];
  return isPrivateOnTheWay(url)
    ? []
    : ['OTEL_EXPORTER_OTLP_ENDPOINT: must be https with OTEL_EXPORTER_OTLP_HEADERS'];
}
