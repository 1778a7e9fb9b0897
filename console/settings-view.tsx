import type { ConnectionStatus } from './connection-answers.ts';
import { ConnectionCard } from './connection-card.tsx';
import { DisconnectCard } from './disconnect-card.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import type { Loaded } from './use-load.ts';
import { WebhooksCard } from './webhooks-card.tsx';

interface SettingsProps {
  connection: Loaded<ConnectionStatus>;
  /** Called when the user has disconnected. */
  onDisconnected: () => void;
}

/** What is set once: the connection, when it syncs, and who is told. */
export function SettingsView({ connection, onDisconnected }: SettingsProps) {
  const isConnected = (connection.value?.connections.length ?? 0) > 0;
  return (
    <>
      <h1 class="visually-hidden">Settings</h1>
      <ConnectionCard connection={connection} />
      {isConnected && <ScheduleCard />}
      <WebhooksCard />
      {isConnected && <DisconnectCard onDisconnected={onDisconnected} />}
    </>
  );
}
