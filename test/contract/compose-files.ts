import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const ROOT = join(__dirname, '..', '..');
export const TEXT = read('docker-compose.yml');
export const CLOUD_TEXT = read('docker-compose.temporal-cloud.yml');

/** The parts of a service that the checks look at; the schema looks at all of it. */
const Service = z.object({
  image: z.string(),
  restart: z.string(),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  security_opt: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default(['default']),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  stop_grace_period: z.string().optional(),
});
const ComposeFile = z.object({ services: z.record(z.string(), Service) });

export const compose: unknown = parse(TEXT, { merge: true });
export const { services } = ComposeFile.parse(compose);

/** What stands on it has these parts in place of the server, or beside what is there already. */
const Override = z.strictObject({
  profiles: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z
    .record(z.string(), z.object({ condition: z.string(), required: z.boolean() }))
    .default({}),
});
export const cloud: unknown = parse(CLOUD_TEXT, { merge: true });
export const { services: overrides } = z
  .object({ services: z.record(z.string(), Override) })
  .parse(cloud);

/** Values that could stand in a filled-in `.env`. */
export const FILLED_IN: Record<string, string> = {
  POSTGRES_PASSWORD: 'a1',
  TEMPORAL_DB_PASSWORD: 'b2',
  AMAZON_SYNC_DB_PASSWORD: 'c3',
  AMAZON_SYNC_API_DB_PASSWORD: 'd4',
  AMAZON_SYNC_WORKER_DB_PASSWORD: 'e5',
  PUBLIC_URL: 'https://sync.example.com',
  FRONTEND_URL: 'https://app.example.com',
  SESSION_JWT_SECRET: 'a secret that has more than 32 bytes',
  TOKEN_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.example',
  AMAZON_CLIENT_SECRET: 'example',
  AMAZON_APPLICATION_ID: 'amzn1.sp.solution.example',
};

/** What is filled in beside it for Temporal Cloud. */
export const CLOUD: Record<string, string> = {
  TEMPORAL_ADDRESS: 'us-east-1.aws.api.temporal.io:7233',
  TEMPORAL_NAMESPACE: 'amazon-sync.a1b2c',
  TEMPORAL_API_KEY: 'example-api-key',
};

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function service(name: string): z.infer<typeof Service> {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/**
 * A service's environment as Compose would make it, with what another file has in place of some; throws for a required
 * variable that is missing.
 */
export function environmentOf(
  name: string,
  variables = FILLED_IN,
  overriding: Record<string, string> = {},
): Record<string, string> {
  const resolved: Record<string, string> = {};
  for (const [key, value] of Object.entries({ ...service(name).environment, ...overriding })) {
    resolved[key] = value.replaceAll(
      /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
      (_, variable: string, kind: string | undefined, text: string | undefined) => {
        const given = variables[variable];
        if (given !== undefined && given !== '') return given;
        if (kind === '-') return text ?? '';
        throw new Error(`${variable} is missing`);
      },
    );
  }
  return resolved;
}
