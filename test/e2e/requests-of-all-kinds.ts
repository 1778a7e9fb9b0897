import type { SyncClient } from '../../dev/sync-client';
import { START } from './bodies';
import { AUTH } from './test-browser';

/** What a frontend asks for, and what a careless or evil one sends: a text in every place that takes one. */
export async function askForEverything(
  apiUrl: string,
  { client, cookie }: { client: SyncClient; cookie: string },
  sent: string,
): Promise<void> {
  const root = '/api/v1/integrations/amazon';
  for (const path of [
    'status',
    'orders',
    'inventory',
    'claims',
    'returns',
    'summary',
    'webhooks',
    'schedule',
  ])
    expect([path, (await client.get(`${root}/${path}`)).status]).toEqual([path, 200]);
  await client.get('/api/sync/history');
  await client.get('/api/sync/activity');
  const send = (path: string, init: RequestInit) =>
    fetch(`${apiUrl}${path}`, { redirect: 'manual', headers: { cookie }, ...init });
  await send(START, { method: 'POST', body: `{"mode": "${sent}` });
  await client.post(START, { mode: sent });
  await client.post(`${root}/webhooks`, { url: `https://u:${sent}@example.com/` });
  await client.get(`${root}/orders?cursor=${sent}&limit=${sent}`);
  await client.get(`/api/sync/status?syncId=${sent}`);
  await client.get(`${AUTH}/start?region=${sent}`);
  await send(`${AUTH}/callback?state=${sent}&spapi_oauth_code=${sent}`, {});
  await send(`/${sent}`, { headers: { cookie: `session_token=${sent}` } });
  await send(START, { method: 'POST', headers: { authorization: `Bearer ${sent}` } });
  await send(START, { method: 'POST', headers: { cookie, origin: `https://${sent}` } });
}
