import { useState } from 'preact/hooks';
import { RESOURCE_WORDS, RESOURCES } from '../contract/resources.ts';
import type { ConnectionStatus, Disconnected } from './connection-answers.ts';
import { ConnectionCard } from './connection-card.tsx';
import { DisconnectCard } from './disconnect-card.tsx';
import { Notice } from './notice.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import { countWords } from './sync-words.ts';
import type { Loaded } from './use-load.ts';
import { WebhooksCard } from './webhooks-card.tsx';

interface SettingsProps {
  connection: Loaded<ConnectionStatus>;
  /** Whether anything was ever synced that may still be here. */
  hasData: boolean;
  /** Called when the user has disconnected. */
  onDisconnected: () => void;
}

/** What is set once: the connection, when it syncs, and who is told. */
export function SettingsView({ connection, hasData, onDisconnected }: SettingsProps) {
  const isConnected = (connection.value?.connections.length ?? 0) > 0;
  const [farewell, setFarewell] = useState<Disconnected | null>(null);
  return (
    <>
      <h1 class="visually-hidden">Settings</h1>
      {farewell !== null && (
        <Notice tone="good" title={farewell.message}>
          <p>{deletedWords(farewell)}</p>
        </Notice>
      )}
      <ConnectionCard connection={connection} />
      {isConnected && <ScheduleCard />}
      <WebhooksCard />
      {(isConnected || hasData) && (
        <DisconnectCard
          isConnected={isConnected}
          onDisconnected={(answer) => {
            setFarewell(answer);
            onDisconnected();
          }}
        />
      )}
    </>
  );
}

function deletedWords({ deleted }: Disconnected): string {
  const counts = RESOURCES.map((resource) => ({ resource, rows: deleted[resource] ?? 0 }));
  if (counts.every(({ rows }) => rows === 0)) return 'The daily sync has ended too.';
  const words = counts.map(({ resource, rows }) => countWords(rows, RESOURCE_WORDS[resource].noun));
  return `Deleted: ${words.join(', ')}.`;
}
