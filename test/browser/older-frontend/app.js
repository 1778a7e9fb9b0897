// A frontend as sellers have it today: written before the API's present paths, and never changed since.

const POLL_MS = 3000;
const GIVE_UP_MS = 10 * 60 * 1000;
const V1 = '/api/v1/integrations';

const $ = (id) => document.getElementById(id);

async function call(method, path, body) {
  const response = await fetch(window.API + path, {
    method,
    credentials: 'include',
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (response.status === 401) {
    signOut();
    throw new Error('signed out');
  }
  return { status: response.status, body: await response.json() };
}

// Belongs to another service in some installations; nobody looks at the answer.
function track(event) {
  fetch(`${window.API}/api/metrics/track`, {
    method: 'POST',
    credentials: 'include',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ event }),
  }).catch(() => undefined);
}

async function signOut() {
  clearTimeout(timer);
  await fetch(`${window.API}/api/auth/logout`, { method: 'POST', credentials: 'include' }).catch(
    () => undefined,
  );
  history.replaceState(null, '', '/login');
  show();
}

let timer;

function poll(id, since) {
  clearTimeout(timer);
  const look = async () => {
    // Not encoded: it never was.
    const { status, body } = await call('GET', `${V1}/sync/status/${id}`);
    if (status === 200) showStatus(body);
    else if (status === 404) return;
    const isOver = status === 200 && (body.status === 'complete' || body.status === 'failed');
    if (isOver) return;
    if (Date.now() - since > GIVE_UP_MS) {
      $('message').textContent = 'This takes longer than usual. Come back later.';
      return;
    }
    timer = setTimeout(() => look().catch(() => undefined), POLL_MS);
  };
  look().catch(() => undefined);
}

function showStatus(body) {
  const known = { in_progress: 'Syncing', complete: 'Done', failed: 'Failed' };
  if (known[body.status] === undefined) throw new Error(`unknown status ${body.status}`);
  $('status').textContent = known[body.status];
  $('progress').value = body.progress;
  $('percent').textContent = `${Math.floor(body.progress)} %`;
  $('message').textContent = body.message;
  $('counts').textContent =
    `${body.ordersProcessed ?? 0} orders, ${body.inventoryCount ?? 0} items, ${body.claimsDetected ?? 0} claims`;
}

async function showHome() {
  const { body } = await call('GET', `${V1}/status`);
  $('connected').textContent = body.amazon_connected ? 'connected' : 'not connected';
  const past = await call('GET', `${V1}/sync/history`);
  $('history').replaceChildren(
    ...past.body.syncs.map((sync) => {
      const item = document.createElement('li');
      const seconds = sync.duration === null ? '' : ` in ${Math.round(sync.duration)} s`;
      item.textContent = `${sync.syncId}: ${sync.status}${seconds}`;
      return item;
    }),
  );
}

function show() {
  const { pathname } = location;
  const query = new URLSearchParams(location.search);
  const page = { '/sync': 'sync', '/login': 'login', '/oauth/callback': 'callback' }[pathname];
  for (const id of ['home', 'sync', 'login', 'callback']) $(id).hidden = id !== (page ?? 'home');
  $('page').textContent = page ?? 'home';
  track(`page ${page ?? 'home'}`);
  if (page === 'sync') poll(query.get('id'), Date.now());
  else if (page === 'callback') $('callback-error').textContent = query.get('error') ?? '';
  else if (page === undefined) showHome().catch(() => undefined);
}

$('connect').addEventListener('click', async () => {
  const { body } = await call('GET', '/auth/amazon/start');
  location.href = body.auth_url;
});
$('connect-link').href = `${window.API}${V1}/connect-amazon`;
$('start').addEventListener('click', async () => {
  $('problem').textContent = '';
  const { status, body } = await call('POST', '/api/sync/start');
  const id = body.syncId ?? body.existingSyncId;
  if (id === undefined) {
    $('problem').textContent = `${status} ${body.error}: ${body.message}`;
    return;
  }
  history.pushState(null, '', `/sync?id=${id}`);
  show();
});
const currentId = () => new URLSearchParams(location.search).get('id');
$('cancel').addEventListener('click', () => call('DELETE', `${V1}/sync/cancel/${currentId()}`));
$('cancel-by-query').addEventListener('click', () =>
  call('POST', `/api/sync/cancel?id=${currentId()}`),
);
window.addEventListener('popstate', show);
show();
