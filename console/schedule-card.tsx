import { type Schedule, schedule } from './connection-answers.ts';
import { ProblemNotice } from './notice.tsx';
import { useServices } from './services.ts';
import { Moment } from './time-words.tsx';
import { useAction } from './use-action.ts';
import { useLoad } from './use-load.ts';

const PATH = '/api/v1/integrations/amazon/schedule';
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** When the daily sync runs. */
export function ScheduleCard() {
  const { api } = useServices();
  const { value, problem, reload } = useLoad('schedule', (signal) =>
    api.get(PATH, schedule, signal),
  );
  return (
    <section class="card" aria-labelledby="schedule">
      <div class="card-head">
        <h2 id="schedule">Daily sync</h2>
      </div>
      <ProblemNotice problem={problem} title="The schedule could not be read" onRetry={reload} />
      {value === null && problem === null && <p class="muted">Loading …</p>}
      {value !== null && (
        <>
          <p>
            {value.nextRunAt === null ? (
              'No sync is planned.'
            ) : (
              <>
                Next sync: <Moment at={value.nextRunAt} />
              </>
            )}
          </p>
          <ScheduleForm value={value} onSaved={reload} />
        </>
      )}
    </section>
  );
}

function ScheduleForm({ value, onSaved }: { value: Schedule; onSaved: () => void }) {
  const { api, announce } = useServices();
  const { run, busy, problem } = useAction();
  const submit = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const change = { enabled: form.has('enabled'), hourUtc: Number(form.get('hourUtc')) };
    run(async () => {
      await api.send('PUT', PATH, schedule, change);
      announce('The schedule is saved');
      onSaved();
    });
  };
  return (
    <form class="inline-form" onSubmit={submit}>
      <ProblemNotice problem={problem} title="The schedule is not saved" />
      <label class="check">
        <input type="checkbox" name="enabled" defaultChecked={value.enabled} />
        Sync every day
      </label>
      <div class="field">
        <label for="schedule-hour">In the half hour after</label>
        <select id="schedule-hour" name="hourUtc" defaultValue={value.hourUtc}>
          {HOURS.map((hour) => (
            <option key={hour} value={hour} selected={hour === value.hourUtc}>
              {hourWords(hour)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" disabled={busy}>
        Save
      </button>
    </form>
  );
}

/** An hour in the reader's own zone today, and in UTC, which is what holds when the clocks change. */
function hourWords(hourUtc: number): string {
  const moment = new Date();
  moment.setUTCHours(hourUtc, 0, 0, 0);
  return `${CLOCK.format(moment)} (${String(hourUtc).padStart(2, '0')}:00 UTC)`;
}
