import { SyncCard } from './sync-card.tsx';
import type { Sync } from './use-sync.ts';

/** What a seller looks at first: how the sync stands, and what the data says. */
export function Overview({ sync }: { sync: Sync }) {
  return (
    <>
      <h1 class="visually-hidden">Overview</h1>
      <SyncCard sync={sync} />
    </>
  );
}
