import { CallbackNotice } from './callback-notice.tsx';
import { Charts } from './charts.tsx';
import type { ConnectionStatus } from './connection-answers.ts';
import { ConnectionCard } from './connection-card.tsx';
import { SyncCard } from './sync-card.tsx';
import type { Loaded } from './use-load.ts';
import type { Sync } from './use-sync.ts';

interface OverviewProps {
  sync: Sync;
  connection: Loaded<ConnectionStatus>;
}

/** What a seller looks at first: how the sync stands, and what the data says. */
export function Overview({ sync, connection }: OverviewProps) {
  const { value } = connection;
  const isNew = value !== null && value.connections.length === 0 && sync.status === null;
  // Who has to do something about the connection reads that first.
  const needsCare = value?.connections.some(({ action }) => action !== null);
  return (
    <>
      <h1 class="visually-hidden">Overview</h1>
      <CallbackNotice />
      {(isNew || needsCare === true || value?.connected === false) && (
        <ConnectionCard connection={connection} />
      )}
      {!isNew && (
        <>
          <SyncCard sync={sync} connected={value?.connected ?? true} />
          <Charts ended={sync.ended} running={sync.status?.status === 'in_progress'} />
        </>
      )}
    </>
  );
}
