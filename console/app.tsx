import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { everyResource, RESOURCE_WORDS } from '../contract/resources.ts';
import { createApi } from './api-client.ts';
import { hashOf, VIEWS, type View } from './route.ts';
import { type PageSettings, ServicesProvider } from './services.ts';
import { SessionEnded, SignedOutPage } from './sign-in.tsx';
import { useRoute } from './use-route.ts';
import { Views } from './views.tsx';

const NAMES: Record<View, string> = {
  overview: 'Overview',
  ...everyResource((resource) => RESOURCE_WORDS[resource].title),
  history: 'History',
  settings: 'Settings',
};

/** Whether there is a session, as far as answers have told. */
type Session = 'unknown' | 'open' | 'ended';

export function App({ settings }: { settings: PageSettings }) {
  const [route, go] = useRoute();
  const [session, setSession] = useState<Session>('unknown');
  const [wasOpen, setWasOpen] = useState(false);
  // All below starts again with a new sign-in: it may be somebody else's.
  const [generation, setGeneration] = useState(0);
  const [said, setSaid] = useState('');
  const announce = useCallback((message: string) => setSaid(message), []);
  const api = useMemo(
    () => createApi({ fetch: (...call) => fetch(...call), onSignedOut: () => setSession('ended') }),
    [],
  );
  const services = useMemo(() => ({ api, settings, announce }), [api, settings, announce]);
  const onSignedIn = useCallback(() => {
    setSession('unknown');
    setGeneration((before) => before + 1);
  }, []);
  const onOpen = useCallback(() => {
    setSession('open');
    setWasOpen(true);
  }, []);
  const signedOut = session === 'ended' && !wasOpen;
  useTitle(route.view, signedOut);
  return (
    <ServicesProvider value={services}>
      <Header view={signedOut ? null : route.view} />
      {session === 'ended' && wasOpen && <SessionEnded onSignedIn={onSignedIn} />}
      {signedOut ? (
        <SignedOutPage onSignedIn={onSignedIn} />
      ) : (
        <Views key={generation} route={route} go={go} onOpen={onOpen} />
      )}
      <div class="visually-hidden" role="status">
        {said}
      </div>
    </ServicesProvider>
  );
}

/** Without a view, there is nothing to go to yet. */
function Header({ view: current }: { view: View | null }) {
  return (
    <header class="top">
      {/* A button, since the address holds the view and a jump would change it. */}
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <div class="top-inner">
        <p class="brand">
          <img src="/assets/console/icon.svg" alt="" width="24" height="24" /> Amazon sync
        </p>
        {current !== null && (
          <nav aria-label="Views">
            <ul>
              {VIEWS.map((view) => (
                <li key={view}>
                  <a
                    href={`/${hashOf({ view, query: {} })}`}
                    aria-current={view === current ? 'page' : undefined}
                  >
                    {NAMES[view]}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
        )}
      </div>
    </header>
  );
}

/** The title names the view, and a reader who has gone to another one is put at its beginning. */
function useTitle(view: View, signedOut: boolean): void {
  const first = useRef(true);
  useEffect(() => {
    document.title = `${signedOut ? 'Sign in' : NAMES[view]} · Amazon sync`;
    if (!first.current) {
      document.getElementById('main')?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    first.current = false;
  }, [view, signedOut]);
}
