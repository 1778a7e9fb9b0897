import { z } from 'zod';
import { type Environment, withSecretFiles } from './secret-files';
import { publicSessionKey, secretSessionKey } from './session-key';
import {
  oneSessionKey,
  parseSessionKeys,
  type ReadSessionKeys,
  type SessionKeys,
} from './session-keys';

/** How sessions are checked. */
export const SessionEnvironment = {
  SESSION_JWT_SECRET: z
    .string()
    // HS256 is no stronger than its key: 32 bytes, RFC 7518 section 3.2.
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
    .transform(secretSessionKey)
    .optional()
    .meta({
      unset: 'one of the three',
      description: '32 bytes or more; tokens must be signed with HS256',
    }),
  SESSION_JWT_PUBLIC_KEY: z
    .string()
    .transform((pem, context) => {
      const key = publicSessionKey(pem);
      if (key !== undefined) return key;
      context.addIssue('must be a PEM public key, RSA of 2048 bits or more or P-256');
      return z.NEVER;
    })
    .optional()
    .meta({ unset: 'one of the three', description: 'PEM; RSA means RS256, P-256 means ES256' }),
  SESSION_JWKS: z
    .string()
    .transform((text, context) => {
      const read = parseSessionKeys(text);
      if (read.kind === 'keys') return read.keys;
      context.addIssue(read.fault);
      return z.NEVER;
    })
    .optional()
    .meta({
      unset: 'one of the three',
      description: 'a JWK Set: several keys, of which each token names its own by `kid`; see below',
    }),
  SESSION_USER_CLAIM: z
    .string()
    .min(1)
    .default('sub')
    .describe('the one claim that says who the user is'),
  SESSION_JWT_ISSUER: z
    .string()
    .min(1)
    .optional()
    .meta({ unset: 'unchecked', description: 'what `iss` must be' }),
  SESSION_JWT_AUDIENCE: z
    .string()
    .min(1)
    .optional()
    .meta({ unset: 'unchecked', description: 'what `aud` must be or contain' }),
};

export interface SessionSettings {
  /** Those of the start. */
  keys: SessionKeys;
  /** The keys as they are now: a set may be in a file that changes. */
  readKeys: () => ReadSessionKeys;
  /** The claim that names the user; nothing else in a request does. */
  userClaim: string;
  issuer: string | undefined;
  audience: string | undefined;
}

type SessionValues = z.infer<z.ZodObject<typeof SessionEnvironment>>;

/** Settings without {@link sessionFaults}. */
export function sessionSettings(env: Environment, values: SessionValues): SessionSettings {
  const keys = sessionKeysOf(values);
  return {
    keys,
    readKeys: () =>
      values.SESSION_JWKS === undefined ? { kind: 'keys', keys } : readSessionKeys(env),
    userClaim: values.SESSION_USER_CLAIM,
    issuer: values.SESSION_JWT_ISSUER,
    audience: values.SESSION_JWT_AUDIENCE,
  };
}

const KEY_NAMES = ['SESSION_JWT_SECRET', 'SESSION_JWT_PUBLIC_KEY', 'SESSION_JWKS'] as const;

/** What is wrong with the keys together, a line each. */
export function sessionFaults(env: Environment): string[] {
  const given = KEY_NAMES.filter((name) => env[name] !== undefined);
  if (given.length === 0) {
    return ['SESSION_JWT_SECRET, SESSION_JWT_PUBLIC_KEY or SESSION_JWKS: is required'];
  }
  // With two of them, tokens without a `kid` would be good that are signed by the one that nobody looks at.
  return given.length > 1 ? [`${given.join(' and ')}: keep one`] : [];
}

/** Exactly one of the three is set: {@link sessionFaults} has seen to it. */
function sessionKeysOf(values: SessionValues): SessionKeys {
  if (values.SESSION_JWKS !== undefined) return values.SESSION_JWKS;
  const key = values.SESSION_JWT_SECRET ?? values.SESSION_JWT_PUBLIC_KEY;
  if (key === undefined) throw new Error('sessions have no key');
  return oneSessionKey(key);
}

function readSessionKeys(env: Environment): ReadSessionKeys {
  const text = withSecretFiles(env).env.SESSION_JWKS;
  return text === undefined ? { kind: 'refused', fault: 'cannot be read' } : parseSessionKeys(text);
}
