import type { Connection, ConnectionStatus } from './connection-answers.ts';
import { consentBegun } from './connection-answers.ts';
import { Notice, ProblemNotice } from './notice.tsx';
import { searchOf } from './route.ts';
import { useServices } from './services.ts';
import { Moment } from './time-words.tsx';
import { useAction } from './use-action.ts';
import type { Loaded } from './use-load.ts';

const REGIONS = [
  { region: 'na', name: 'North America' },
  { region: 'eu', name: 'Europe' },
  { region: 'fe', name: 'Far East' },
] as const;

/** What of Amazon is connected, and the way to its consent page. */
export function ConnectionCard({ connection }: { connection: Loaded<ConnectionStatus> }) {
  const { value, problem, reload } = connection;
  return (
    <section class="card" aria-labelledby="connection">
      <div class="card-head">
        <h2 id="connection">Amazon</h2>
        {value !== null && (
          <span class={`badge ${value.connected ? 'good' : 'calm'}`}>
            {value.connected ? 'Connected' : 'Not connected'}
          </span>
        )}
      </div>
      <ProblemNotice problem={problem} title="The connection could not be read" onRetry={reload} />
      {value === null && problem === null && <p class="muted">Loading …</p>}
      {value !== null && (
        <>
          {value.connections.map((one) => (
            <Connected key={one.region} connection={one} />
          ))}
          {value.connections.length === 0 && (
            <p>
              Connect your seller account to bring its orders, inventory, claims and returns here.
              Amazon asks you to allow it; you can withdraw that at any time.
            </p>
          )}
          <Connect
            taken={value.connections.map(({ region }) => region)}
            isFirst={value.connections.length === 0}
          />
        </>
      )}
    </section>
  );
}

function Connected({ connection }: { connection: Connection }) {
  const { status, regionName, sellerId, marketplaces, authorizationEndsAt, action } = connection;
  const names = marketplaces.map(({ name }) => name).join(', ');
  if (status === 'reauthorization_required') {
    return (
      <Notice tone="warn" title={`${regionName}: Amazon withdrew the authorization`}>
        <p>{action ?? 'Connect Amazon again. What was synced is still here.'}</p>
        <ConnectButton region={connection.region} primary>
          Connect again
        </ConnectButton>
      </Notice>
    );
  }
  return (
    <p>
      <strong>{regionName}</strong>:{' '}
      {names === '' ? 'marketplaces come with the first sync' : names}
      <br />
      <span class="muted">
        Seller <code>{sellerId}</code>, authorized until{' '}
        <Moment at={authorizationEndsAt} as="day" />
      </span>
    </p>
  );
}

/** Amazon's regions are connected one by one: each has a sign-in of its own. */
function Connect({ taken, isFirst }: { taken: readonly string[]; isFirst: boolean }) {
  const free = REGIONS.filter(({ region }) => !taken.includes(region));
  if (free.length === 0) return null;
  const buttons = free.map(({ region, name }) => (
    <ConnectButton key={region} region={region} primary={isFirst && region === 'na'}>
      {isFirst ? `Connect ${name}` : `Connect ${name} too`}
    </ConnectButton>
  ));
  if (isFirst) return <div class="actions">{buttons}</div>;
  return (
    <details>
      <summary>Connect another region</summary>
      <div class="actions">{buttons}</div>
    </details>
  );
}

function ConnectButton(props: { region: string; primary?: boolean; children: string | string[] }) {
  const { region, primary = false, children } = props;
  const { api } = useServices();
  const { run, busy, problem } = useAction();
  const connect = () =>
    run(async () => {
      const path = `/api/v1/integrations/amazon/auth/start${searchOf({ region })}`;
      const { authUrl } = await api.get(path, consentBegun);
      location.assign(authUrl);
    });
  return (
    <>
      <button type="button" class={primary ? 'primary' : ''} disabled={busy} onClick={connect}>
        {children}
      </button>
      <ProblemNotice problem={problem} title="Amazon’s page could not be opened" />
    </>
  );
}
