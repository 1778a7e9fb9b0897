import { ProblemNotice } from './notice.tsx';
import { useServices } from './services.ts';
import { anything } from './shapes.ts';
import { useAction } from './use-action.ts';

/** How to get a session: a form where the stack has a sign-in of its own, else a way to the product's. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const { settings } = useServices();
  if (settings.offersSignIn) return <SignInForm onSignedIn={onSignedIn} />;
  return (
    <p>
      <a class="button primary" href={settings.frontendUrl}>
        Sign in
      </a>{' '}
      <button type="button" onClick={onSignedIn}>
        I have signed in
      </button>
    </p>
  );
}

function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const { api } = useServices();
  const { run, busy, problem } = useAction();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const user = String(new FormData(event.currentTarget).get('user') ?? '').trim();
    if (user === '') return;
    run(async () => {
      await api.send('POST', '/dev/sign-in', anything, { user });
      onSignedIn();
    });
  };
  return (
    <form class="inline-form" onSubmit={submit}>
      <ProblemNotice problem={problem} title="You are not signed in" />
      <div class="field">
        <label for="sign-in-user">User name</label>
        <input id="sign-in-user" name="user" required maxLength={64} autocomplete="username" />
        <p class="hint">This stack runs on one machine: any name signs in, without a password.</p>
      </div>
      <button type="submit" class="primary" disabled={busy}>
        Sign in
      </button>
    </form>
  );
}

/** Before anybody has signed in. */
export function SignedOutPage({ onSignedIn }: { onSignedIn: () => void }) {
  return (
    <main id="main" class="narrow" tabIndex={-1}>
      <section class="card">
        <h1>Sign in</h1>
        <p>
          Orders, inventory, claims and returns of your Amazon account are shown once you have
          signed in.
        </p>
        <SignIn onSignedIn={onSignedIn} />
      </section>
    </main>
  );
}

/** When a session ends while the page is open: what is shown stays, and so do syncs. */
export function SessionEnded({ onSignedIn }: { onSignedIn: () => void }) {
  return (
    <section class="session-ended" role="alert" aria-labelledby="session-ended">
      <h2 id="session-ended">Your session has ended</h2>
      <p>Sign in again to go on. A running sync goes on by itself, and nothing is lost.</p>
      <SignIn onSignedIn={onSignedIn} />
    </section>
  );
}
