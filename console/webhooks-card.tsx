import { useState } from 'preact/hooks';
import type { Webhook } from '../contract/webhooks';
import { deliveries, registeredWebhook, webhooks } from './connection-answers.ts';
import { Notice, ProblemNotice } from './notice.tsx';
import { useServices } from './services.ts';
import { anything } from './shapes.ts';
import { countWords } from './sync-words.ts';
import { Moment } from './time-words.tsx';
import { useAction } from './use-action.ts';
import { useLoad } from './use-load.ts';

const PATH = '/api/v1/integrations/amazon/webhooks';

/** Which addresses are told when a sync ends. */
export function WebhooksCard() {
  const { api } = useServices();
  const { value, problem, reload } = useLoad('webhooks', (signal) =>
    api.get(PATH, webhooks, signal),
  );
  return (
    <section class="card" aria-labelledby="webhooks">
      <div class="card-head">
        <h2 id="webhooks">Webhooks</h2>
      </div>
      <p>An address of yours can be told, signed, how each sync ended.</p>
      <ProblemNotice problem={problem} title="The webhooks could not be read" onRetry={reload} />
      {value !== null && value.webhooks.length > 0 && (
        <ul class="feed-list">
          {value.webhooks.map((one) => (
            <WebhookRow key={one.id} webhook={one} onDeleted={reload} />
          ))}
        </ul>
      )}
      <AddWebhook onAdded={reload} />
    </section>
  );
}

function AddWebhook({ onAdded }: { onAdded: () => void }) {
  const { api } = useServices();
  const { run, busy, problem } = useAction();
  const [secret, setSecret] = useState<string | null>(null);
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    const url = String(new FormData(form).get('url') ?? '').trim();
    run(async () => {
      const registered = await api.send('POST', PATH, registeredWebhook, { url });
      setSecret(registered.secret);
      form.reset();
      onAdded();
    });
  };
  return (
    <form class="inline-form" onSubmit={submit}>
      <ProblemNotice problem={problem} title="The webhook was not added" />
      {secret !== null && (
        <div role="alert">
          <Notice tone="good" title="The webhook is added">
            <p>
              Its secret is shown this once. Keep it to check the signatures: <code>{secret}</code>
            </p>
          </Notice>
        </div>
      )}
      <div class="field">
        <label for="webhook-url">Address</label>
        <input
          id="webhook-url"
          name="url"
          type="url"
          required
          maxLength={2000}
          placeholder="https://example.com/amazon-sync"
        />
      </div>
      <button type="submit" disabled={busy}>
        Add webhook
      </button>
    </form>
  );
}

function WebhookRow({ webhook, onDeleted }: { webhook: Webhook; onDeleted: () => void }) {
  const { api, announce } = useServices();
  const { run, busy, problem } = useAction();
  const [open, setOpen] = useState(false);
  const { id, url, enabled, disabledReason } = webhook;
  const remove = () =>
    run(async () => {
      await api.send('DELETE', `${PATH}/${encodeURIComponent(id)}`, anything);
      announce('The webhook is deleted');
      onDeleted();
    });
  return (
    <li>
      <div class="card-head">
        <code>{url}</code>
        {!enabled && <span class="badge warn">Switched off</span>}
        <div class="actions">
          <button type="button" class="danger" disabled={busy} onClick={remove}>
            Delete<span class="visually-hidden"> {url}</span>
          </button>
        </div>
      </div>
      {disabledReason !== null && <p class="hint">{disabledReason}</p>}
      <ProblemNotice problem={problem} title="The webhook is still there" />
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Recent deliveries</summary>
        {open && <Deliveries id={id} />}
      </details>
    </li>
  );
}

const TONES = { pending: 'calm', delivered: 'good', failed: 'bad' } as const;
const WORDS = { pending: 'Waiting', delivered: 'Delivered', failed: 'Failed' } as const;

function Deliveries({ id }: { id: string }) {
  const { api } = useServices();
  const { value, problem, reload } = useLoad(`deliveries ${id}`, (signal) =>
    api.get(`${PATH}/${encodeURIComponent(id)}/deliveries`, deliveries, signal),
  );
  return (
    <>
      <ProblemNotice problem={problem} title="Deliveries could not be read" onRetry={reload} />
      {value?.deliveries.length === 0 && <p class="muted">Nothing has been sent yet.</p>}
      <ul class="feed">
        {value?.deliveries.map((one) => (
          <li key={one.id}>
            <span class={`badge ${TONES[one.state]}`}>{WORDS[one.state]}</span>
            <span>
              {one.type}, {countWords(one.attempts, 'attempt')}
              {one.lastStatus !== null && `, answered ${one.lastStatus}`}
              {one.lastError !== null && `: ${one.lastError}`}
            </span>
            <span class="muted">
              <Moment at={one.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
