import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { newWebhookSecret, signedHeaders } from '../../../webhooks/signature';

const nowSeconds = () => Math.floor(Date.now() / 1000);

test('the official library takes the signature for the very body that was signed, and for no other', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.json(), (id, body) => {
      const secret = newWebhookSecret();
      const headers = signedHeaders(secret, { id, timestamp: nowSeconds(), body });
      expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
      expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
    }),
  );
});

test('it refuses an old request that is sent again', () => {
  const secret = newWebhookSecret();
  const old = { id: 'msg-1', timestamp: nowSeconds() - 600, body: '{}' };
  expect(() => new Webhook(secret).verify('{}', signedHeaders(secret, old))).toThrow(/old/);
  const renewed = { ...signedHeaders(secret, old), 'webhook-timestamp': String(nowSeconds()) };
  expect(() => new Webhook(secret).verify('{}', renewed)).toThrow();
});

test('the example of the specification’s library is signed alike', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const at = new Date(1_614_265_330_000);
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  expect(signedHeaders(secret, message)['webhook-signature']).toBe(
    new Webhook(secret).sign(message.id, at, message.body),
  );
  expect(signedHeaders(secret, message)['webhook-signature']).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

test('secrets have 32 bytes, and differ', () => {
  const secrets = Array.from({ length: 50 }, newWebhookSecret);
  for (const secret of secrets) {
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
  }
  expect(new Set(secrets).size).toBe(50);
});
