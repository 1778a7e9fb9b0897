import { useRef, useState } from 'preact/hooks';
import { type Disconnected, disconnected } from './connection-answers.ts';
import { ProblemNotice } from './notice.tsx';
import { useServices } from './services.ts';
import { useAction } from './use-action.ts';

interface DisconnectProps {
  /** Without a connection, what is left to do is to delete what it brought. */
  isConnected: boolean;
  onDisconnected: (answer: Disconnected) => void;
}

/** Ends the connection, after a question; with it, all data if that is wanted. */
export function DisconnectCard({ isConnected, onDisconnected }: DisconnectProps) {
  const { api, announce } = useServices();
  const { run, busy, problem } = useAction();
  const dialog = useRef<HTMLDialogElement>(null);
  const [purge, setPurge] = useState(false);
  const disconnect = () =>
    run(async () => {
      const path = `/api/v1/integrations/amazon/disconnect${purge ? '?purge=1' : ''}`;
      const answer = await api.send('POST', path, disconnected);
      dialog.current?.close();
      announce(answer.message);
      onDisconnected(answer);
    });
  return (
    <section class="card" aria-labelledby="disconnect">
      <div class="card-head">
        <h2 id="disconnect">{isConnected ? 'Disconnect' : 'Delete data'}</h2>
      </div>
      <p>
        {isConnected
          ? 'Ends the daily sync and a running one, and deletes the access to your Amazon account. ' +
            'The synced data is kept for some time, unless you choose to delete it.'
          : 'What was synced before Amazon was disconnected is kept for some time, unless you delete it now.'}
      </p>
      <div>
        <button
          type="button"
          class="danger"
          onClick={() => {
            setPurge(!isConnected);
            dialog.current?.showModal();
          }}
        >
          {isConnected ? 'Disconnect Amazon …' : 'Delete all data …'}
        </button>
      </div>
      <dialog ref={dialog} aria-labelledby="disconnect-question">
        <div class="inline-form">
          <h2 id="disconnect-question">
            {isConnected ? 'Disconnect Amazon?' : 'Delete all data?'}
          </h2>
          {isConnected ? (
            <>
              <p>Nothing more is fetched until you connect it again.</p>
              <label class="check">
                <input
                  type="checkbox"
                  checked={purge}
                  onChange={(event) => setPurge(event.currentTarget.checked)}
                />
                Also delete all orders, inventory, claims, returns, the history and the webhooks.
                This cannot be undone.
              </label>
            </>
          ) : (
            <p>
              All orders, inventory, claims, returns, the history and the webhooks go. This cannot
              be undone.
            </p>
          )}
          <ProblemNotice problem={problem} title="That did not work" />
          <div class="actions">
            <button type="button" class="danger" disabled={busy} onClick={disconnect}>
              {wordsFor(isConnected, purge)}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              {isConnected ? 'Keep it connected' : 'Keep the data'}
            </button>
          </div>
        </div>
      </dialog>
    </section>
  );
}

function wordsFor(isConnected: boolean, purge: boolean): string {
  if (!isConnected) return 'Delete';
  return purge ? 'Disconnect and delete' : 'Disconnect';
}
