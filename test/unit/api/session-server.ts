import Koa from 'koa';
import { ApiError } from '../../../api/api-error';
import { createSessionReader } from '../../../api/session';
import { secretSessionKey } from '../../../settings/session-key';
import { oneSessionKey, type SessionKeys } from '../../../settings/session-keys';
import { serve } from './http-server';

export const NOW = Date.parse('2026-03-01T12:00:00.000Z');
export const NOW_S = NOW / 1000;
export const SECRET = 'a secret of more than thirty-two bytes';

export interface SessionRules {
  keys: SessionKeys;
  userClaim: string;
  issuer: string | undefined;
  audience: string | undefined;
}

export const BY_SECRET: SessionRules = {
  keys: oneSessionKey(secretSessionKey(SECRET)),
  userClaim: 'sub',
  issuer: undefined,
  audience: undefined,
};

/** A server that answers who the session of a request belongs to, or the code of the refusal. */
export async function whoAmI({ keys, ...settings }: SessionRules = BY_SECRET) {
  const readSession = createSessionReader(settings, keys, () => NOW);
  const app = new Koa();
  app.use((ctx) => {
    try {
      ctx.body = readSession(ctx);
    } catch (error) {
      ctx.body = error instanceof ApiError ? { refused: error.code } : { broken: String(error) };
    }
  });
  const url = await serve(app);
  return async (headers: Record<string, string>, path = '/'): Promise<unknown> => {
    const response = await fetch(url + path, { headers });
    return response.json();
  };
}

export const REFUSED = { refused: 'unauthorized' };
