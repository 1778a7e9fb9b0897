import { CONNECT_ERRORS } from '../contract/connect-errors.ts';
import { Notice } from './notice.tsx';

/** What became of a way to Amazon's consent page that did not end with a sync: `/oauth/callback?error=…`. */
export function CallbackNotice() {
  if (location.pathname !== '/oauth/callback') return null;
  const code = new URLSearchParams(location.search).get('error') ?? '';
  const isDelayed = code === 'sync_delayed';
  return (
    <div role="alert">
      <Notice
        tone={isDelayed ? 'good' : 'warn'}
        title={isDelayed ? 'Amazon is connected' : 'Amazon was not connected'}
      >
        <p>{wordsOf(code)}</p>
      </Notice>
    </div>
  );
}

function wordsOf(code: string): string {
  // The code stands in an address, so it may be anything.
  const known = Object.entries(CONNECT_ERRORS).find(([name]) => name === code);
  return known?.[1] ?? 'Something went wrong on the way. Connect Amazon again.';
}
