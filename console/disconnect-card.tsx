import { useRef, useState } from 'preact/hooks';
import { disconnected } from './connection-answers.ts';
import { ProblemNotice } from './notice.tsx';
import { useServices } from './services.ts';
import { useAction } from './use-action.ts';

/** Ends the connection, after a question; with it, all data if that is wanted. */
export function DisconnectCard({ onDisconnected }: { onDisconnected: () => void }) {
  const { api, announce } = useServices();
  const { run, busy, problem } = useAction();
  const dialog = useRef<HTMLDialogElement>(null);
  const [purge, setPurge] = useState(false);
  const disconnect = () =>
    run(async () => {
      const path = `/api/v1/integrations/amazon/disconnect${purge ? '?purge=1' : ''}`;
      const { message } = await api.send('POST', path, disconnected);
      dialog.current?.close();
      announce(message ?? 'Amazon is disconnected');
      onDisconnected();
    });
  return (
    <section class="card" aria-labelledby="disconnect">
      <div class="card-head">
        <h2 id="disconnect">Disconnect</h2>
      </div>
      <p>
        Ends the daily sync and a running one, and deletes the access to your Amazon account. The
        synced data is kept for some time, unless you choose to delete it.
      </p>
      <div>
        <button
          type="button"
          class="danger"
          onClick={() => {
            setPurge(false);
            dialog.current?.showModal();
          }}
        >
          Disconnect Amazon …
        </button>
      </div>
      <dialog ref={dialog} aria-labelledby="disconnect-question">
        <div class="inline-form">
          <h2 id="disconnect-question">Disconnect Amazon?</h2>
          <p>Nothing more is fetched until you connect it again.</p>
          <label class="check">
            <input
              type="checkbox"
              checked={purge}
              onChange={(event) => setPurge(event.currentTarget.checked)}
            />
            Also delete all orders, inventory, claims and the history. This cannot be undone.
          </label>
          <ProblemNotice problem={problem} title="Amazon is still connected" />
          <div class="actions">
            <button type="button" class="danger" disabled={busy} onClick={disconnect}>
              {purge ? 'Disconnect and delete' : 'Disconnect'}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              Keep it connected
            </button>
          </div>
        </div>
      </dialog>
    </section>
  );
}
