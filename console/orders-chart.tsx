import { BarChart } from './bar-chart.tsx';
import type { Summary } from './summary-answers.ts';
import { countWords } from './sync-words.ts';

export const DAYS = 30;

const LONG = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const SHORT = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});

/** How many orders were placed each day. */
export function OrdersChart({ summary: { ordersByDay } }: { summary: Summary }) {
  const total = ordersByDay.reduce((sum, { orders }) => sum + orders, 0);
  const cancelled = ordersByDay.reduce((sum, day) => sum + day.cancelled, 0);
  return (
    <section class="card" aria-labelledby="orders-chart">
      <div class="card-head">
        <h2 id="orders-chart">Orders by day</h2>
      </div>
      {total === 0 ? (
        <p class="muted">No orders in the last {DAYS} days.</p>
      ) : (
        <>
          <p>
            <strong class="figure">{countWords(total, 'order')}</strong>{' '}
            <span class="muted">
              in {DAYS} days, {cancelled.toLocaleString()} of them cancelled
            </span>
          </p>
          <BarChart
            name={`Orders by day over ${DAYS} days`}
            series={['Not cancelled', 'Cancelled']}
            bars={ordersByDay.map(({ day, orders, cancelled: off }) => ({
              label: LONG.format(dateOf(day)),
              tick: SHORT.format(dateOf(day)),
              parts: [
                { series: 0, value: orders - off, words: `${orders - off} not cancelled` },
                { series: 1, value: off, words: `${off} cancelled` },
              ],
            }))}
          />
          <details>
            <summary>Orders by day as a table</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <section class="table-box" aria-label="Orders by day" tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">Day</th>
                    <th scope="col" class="number">
                      All orders
                    </th>
                    <th scope="col" class="number">
                      Cancelled
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {[...ordersByDay].reverse().map(({ day, orders, cancelled: off }) => (
                    <tr key={day}>
                      <th scope="row">{LONG.format(dateOf(day))}</th>
                      <td class="number">{orders}</td>
                      <td class="number">{off}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
        </>
      )}
    </section>
  );
}

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
