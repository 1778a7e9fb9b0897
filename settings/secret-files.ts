import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that may be given as `NAME_FILE`, the path of a file with the value (a mounted secret). */
export const SECRET_NAMES = [
  'SESSION_JWT_SECRET',
  'SESSION_JWT_PUBLIC_KEY',
  'SESSION_JWKS',
  'DATABASE_URL',
  'TEMPORAL_API_KEY',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'TOKEN_ENCRYPTION_KEYS',
  'AMAZON_CLIENT_ID',
  'AMAZON_CLIENT_SECRET',
] as const;

export interface ResolvedEnvironment {
  env: Environment;
  /** One line for each file that could not be read. */
  faults: string[];
}

/** Replaces every `NAME_FILE` by the content of its file. An empty variable counts as not set. */
export function withSecretFiles(env: Environment): ResolvedEnvironment {
  const resolved: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && value !== '') resolved[name] = value;
  }
  const faults: string[] = [];
  for (const name of SECRET_NAMES) {
    const path = resolved[`${name}_FILE`];
    if (path === undefined) continue;
    if (resolved[name] !== undefined) {
      faults.push(`${name} and ${name}_FILE are both set; keep one`);
      continue;
    }
    try {
      resolved[name] = readFileSync(path, 'utf8').trim();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      faults.push(`${name}_FILE: cannot read ${path} (${code})`);
    }
  }
  return { env: resolved, faults };
}
