import type { ComponentChildren } from 'preact';
import type { Problem } from './api-client.ts';
import type { Tone } from './sync-words.ts';

/** Something a reader should know, set apart from the rest. */
export function Notice(props: { tone: Tone; title: string; children?: ComponentChildren }) {
  const { tone, title, children } = props;
  return (
    <div class={`notice ${tone}`}>
      <p class="notice-title">{title}</p>
      {children}
    </div>
  );
}

/** What failed, whether it is tried again, and what to quote to those who can help. */
export function ProblemNotice(props: {
  problem: Problem | null;
  title: string;
  onRetry?: (() => void) | undefined;
}) {
  const { problem, title, onRetry } = props;
  // Signing in again is asked for at the top of the page, once.
  if (problem === null || problem.code === 'unauthorized') return null;
  const { requestId } = problem.details;
  return (
    <div role="alert">
      <Notice tone="bad" title={title}>
        <p>
          {problem.message}
          {problem.mayPass && onRetry !== undefined && ' It is tried again by itself.'}
        </p>
        {requestId != null && (
          <p class="muted">
            Request <code>{requestId}</code>
          </p>
        )}
        {onRetry !== undefined && (
          <button type="button" onClick={onRetry}>
            Try again
          </button>
        )}
      </Notice>
    </div>
  );
}
