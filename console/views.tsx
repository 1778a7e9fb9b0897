import { useEffect } from 'preact/hooks';
import { RESOURCES } from '../contract/resources.ts';
import { connectionStatus } from './connection-answers.ts';
import { HistoryView } from './history-view.tsx';
import { Overview } from './overview.tsx';
import type { Route } from './route.ts';
import { useServices } from './services.ts';
import { SettingsView } from './settings-view.tsx';
import { TABLES } from './tables.ts';
import { useLoad } from './use-load.ts';
import { useSync } from './use-sync.ts';

export interface ViewsProps {
  route: Route;
  go: (next: Route) => void;
  /** Called when an answer has shown that there is a session. */
  onOpen: () => void;
}

/** The part of the page that needs a session. */
export function Views({ route, go, onOpen }: ViewsProps) {
  const { api } = useServices();
  const sync = useSync(wantedSync());
  // A sync learns where the seller sells, or that Amazon withdrew the authorization.
  const connection = useLoad(`connection ${sync.ended}`, (signal) =>
    api.get('/api/v1/integrations/amazon/status', connectionStatus, signal),
  );
  useEffect(() => {
    if (sync.known) onOpen();
  }, [sync.known, onOpen]);
  const onDisconnected = () => {
    connection.reload();
    sync.reload();
  };
  const table = {
    query: route.query,
    setQuery: (query: Route['query']) => go({ view: route.view, query }),
    ended: sync.ended,
  };
  const resource = RESOURCES.find((name) => name === route.view);
  const Table = resource && TABLES[resource];
  return (
    <main id="main" tabIndex={-1}>
      {route.view === 'overview' && <Overview sync={sync} connection={connection} />}
      {Table !== undefined && <Table {...table} />}
      {route.view === 'history' && <HistoryView ended={sync.ended} />}
      {route.view === 'settings' && (
        <SettingsView
          connection={connection}
          hasData={sync.status !== null}
          onDisconnected={onDisconnected}
        />
      )}
    </main>
  );
}

/** The sync that Amazon's way back names: `/sync?id=…`. */
function wantedSync(): string | null {
  return location.pathname === '/sync' ? new URLSearchParams(location.search).get('id') : null;
}
