import { useState } from 'preact/hooks';
import { BarChart } from './bar-chart.tsx';
import {
  claimsFigures,
  currenciesOf,
  lastMonths,
  type MonthFigures,
  OTHER,
  type Series,
} from './claims-figures.ts';
import { drawnLength } from './money.ts';
import type { Summary } from './summary-answers.ts';
import { plainWords } from './sync-words.ts';

export const MONTHS = 12;

const MONTH = new Intl.DateTimeFormat(undefined, {
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const SHORT = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' });

/** What Amazon paid back, by month and reason; one currency at a time, for they cannot be added. */
export function ClaimsChart({ summary }: { summary: Summary }) {
  const currencies = currenciesOf(summary.claimsByMonth);
  const [chosen, setChosen] = useState(0);
  const currency = currencies[chosen] ?? currencies[0] ?? null;
  const months = lastMonths(Date.now(), summary.timeZone, MONTHS);
  const { series, months: figures, total } = claimsFigures(summary.claimsByMonth, currency, months);
  const unit = currency ?? 'without a currency';
  const names = series.map(seriesName);
  return (
    <section class="card" aria-labelledby="claims-chart">
      <div class="card-head">
        <h2 id="claims-chart">Claims by month</h2>
        {currencies.length > 1 && (
          <div class="actions">
            <label class="visually-hidden" for="claims-currency">
              Currency
            </label>
            <select
              id="claims-currency"
              value={chosen}
              onChange={(event) => setChosen(Number(event.currentTarget.value))}
            >
              {currencies.map((one, index) => (
                <option key={one} value={index}>
                  {one ?? 'No currency'}
                </option>
              ))}
            </select>
          </div>
        )}
      </div>
      {currencies.length === 0 ? (
        <p class="muted">No claims in the last {MONTHS} months.</p>
      ) : (
        <>
          <p>
            <strong class="figure">
              {total} {unit}
            </strong>{' '}
            <span class="muted">in {MONTHS} months, what was taken back counted off</span>
          </p>
          <BarChart
            name={`Claims by month and reason, in ${unit}`}
            series={names}
            bars={figures.map(({ month, amounts }) => ({
              label: MONTH.format(dateOf(month)),
              tick: SHORT.format(dateOf(month)),
              parts: amounts.map((amount, index) => ({
                series: index,
                value: drawnLength(amount),
                words: `${names[index]} ${amount} ${unit}`,
              })),
            }))}
          />
          <ClaimsTable figures={figures} names={names} unit={unit} />
        </>
      )}
    </section>
  );
}

function ClaimsTable(props: { figures: readonly MonthFigures[]; names: string[]; unit: string }) {
  const { figures, names, unit } = props;
  return (
    <details>
      <summary>Claims by month as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section class="table-box" aria-label="Claims by month" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Month</th>
              {names.map((name) => (
                <th key={name} scope="col" class="number">
                  {name}
                </th>
              ))}
              <th scope="col" class="number">
                Total, {unit}
              </th>
              <th scope="col" class="number">
                Claims
              </th>
            </tr>
          </thead>
          <tbody>
            {figures.map(({ month, amounts, total, claims }) => (
              <tr key={month}>
                <th scope="row">{MONTH.format(dateOf(month))}</th>
                {amounts.map((amount, index) => (
                  <td key={names[index]} class="number">
                    {amount}
                  </td>
                ))}
                <td class="number">{total}</td>
                <td class="number">{claims}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function seriesName(series: Series): string {
  if (series === OTHER) return 'Other reasons';
  return series === null ? 'No reason given' : plainWords(series);
}

function dateOf(month: string): Date {
  return new Date(`${month}-01T00:00:00Z`);
}
