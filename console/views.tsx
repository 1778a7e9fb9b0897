import { useEffect } from 'preact/hooks';
import { Overview } from './overview.tsx';
import type { Route } from './route.ts';
import { useSync } from './use-sync.ts';

export interface ViewsProps {
  route: Route;
  go: (next: Route) => void;
  /** Called when an answer has shown that there is a session. */
  onOpen: () => void;
}

/** The part of the page that needs a session. */
export function Views({ route, onOpen }: ViewsProps) {
  const sync = useSync(wantedSync());
  useEffect(() => {
    if (sync.known) onOpen();
  }, [sync.known, onOpen]);
  return (
    <main id="main" tabIndex={-1}>
      {route.view === 'overview' && <Overview sync={sync} />}
    </main>
  );
}

/** The sync that Amazon's way back names: `/sync?id=…`. */
function wantedSync(): string | null {
  return location.pathname === '/sync' ? new URLSearchParams(location.search).get('id') : null;
}
