import { z } from 'zod';
import type { Environment } from './secret-files';
import { publicSessionKey, type SessionKey, secretSessionKey } from './session-key';

/** How sessions are checked. */
export const SessionEnvironment = {
  SESSION_JWT_SECRET: z
    .string()
    // HS256 is no stronger than its key: 32 bytes, RFC 7518 section 3.2.
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have at least 32 bytes')
    .transform(secretSessionKey)
    .optional(),
  SESSION_JWT_PUBLIC_KEY: z
    .string()
    .transform((pem, context) => {
      const key = publicSessionKey(pem);
      if (key !== undefined) return key;
      context.addIssue('must be a PEM public key, RSA of 2048 bits or more or P-256');
      return z.NEVER;
    })
    .optional(),
  SESSION_USER_CLAIM: z.string().min(1).default('sub'),
  SESSION_JWT_ISSUER: z.string().min(1).optional(),
  SESSION_JWT_AUDIENCE: z.string().min(1).optional(),
};

export interface SessionSettings {
  key: SessionKey;
  /** The claim that names the user; nothing else in a request does. */
  userClaim: string;
  issuer: string | undefined;
  audience: string | undefined;
}

type SessionValues = z.infer<z.ZodObject<typeof SessionEnvironment>>;

/** Settings without {@link sessionFaults}. */
export function sessionSettings(values: SessionValues): SessionSettings {
  return {
    key: sessionKeyOf(values),
    userClaim: values.SESSION_USER_CLAIM,
    issuer: values.SESSION_JWT_ISSUER,
    audience: values.SESSION_JWT_AUDIENCE,
  };
}

/** What is wrong with the keys together, a line each. */
export function sessionFaults(env: Environment): string[] {
  const secret = env.SESSION_JWT_SECRET !== undefined;
  const publicKey = env.SESSION_JWT_PUBLIC_KEY !== undefined;
  if (!secret && !publicKey) return ['SESSION_JWT_SECRET or SESSION_JWT_PUBLIC_KEY: is required'];
  // With both, a token signed by one could be passed off as signed by the other.
  if (secret && publicKey) return ['SESSION_JWT_SECRET and SESSION_JWT_PUBLIC_KEY: keep one'];
  return [];
}

/** Exactly one of the two is set: {@link sessionFaults} has seen to it. */
function sessionKeyOf({ SESSION_JWT_SECRET, SESSION_JWT_PUBLIC_KEY }: SessionValues): SessionKey {
  const key = SESSION_JWT_SECRET ?? SESSION_JWT_PUBLIC_KEY;
  if (key === undefined) throw new Error('sessions have no key');
  return key;
}
