import { useEffect, useState } from 'preact/hooks';

const DAY_AND_TIME = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'short',
});
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

const FORMATS = { both: DAY_AND_TIME, day: DAY, clock: CLOCK } as const;

/** A moment in the reader's own zone; UTC shows where a pointer rests on it. */
export function Moment({ at, as = 'both' }: { at: string; as?: keyof typeof FORMATS }) {
  return (
    <time dateTime={at} title={utcWords(at)}>
      {FORMATS[as].format(new Date(at))}
    </time>
  );
}

export function utcWords(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

/** How long it is until a moment; counts down while it is shown. */
export function Until({ at }: { at: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((Date.parse(at) - now) / 1000));
  const minutes = Math.floor(seconds / 60);
  const words = minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
  return <span class="until">{seconds === 0 ? 'now' : `in ${words}`}</span>;
}

/** The reader's zone by its IANA name. */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
