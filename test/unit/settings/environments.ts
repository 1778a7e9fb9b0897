import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '../../../settings/shared-settings';

export const KEY_TEXT = `k1:${Buffer.alloc(32, 1).toString('base64')}`;

/** The least an API process starts with. */
export const API_ENV = {
  DATABASE_URL: 'postgres://sync:secret@db.internal:5432/sync',
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  SESSION_JWT_SECRET: 'a secret of more than thirty-two bytes',
  PUBLIC_URL: 'https://api.example.com',
  FRONTEND_URL: 'https://app.example.com/start',
  TOKEN_ENCRYPTION_KEYS: KEY_TEXT,
  AMAZON_CLIENT_ID: 'amzn1.application-oa2-client.1',
  AMAZON_CLIENT_SECRET: 'amzn1.oa2-cs.v1.1',
  AMAZON_APPLICATION_ID: 'amzn1.sp.solution.1',
};

/** The least a worker process starts with. */
export const WORKER_ENV = {
  DATABASE_URL: API_ENV.DATABASE_URL,
  TEMPORAL_ADDRESS: API_ENV.TEMPORAL_ADDRESS,
  TOKEN_ENCRYPTION_KEYS: KEY_TEXT,
  AMAZON_CLIENT_ID: API_ENV.AMAZON_CLIENT_ID,
  AMAZON_CLIENT_SECRET: API_ENV.AMAZON_CLIENT_SECRET,
};

/** The faults that reading reports; fails when it reports none, or throws anything but a settings error. */
export function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  throw new Error('These settings were accepted');
}

/** A folder for secret files, removed after the tests of the file that asks for it. */
export function secretFolder(): (name: string, content: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'settings-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}
