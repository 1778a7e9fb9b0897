import { ClaimsChart, MONTHS } from './claims-chart.tsx';
import { ProblemNotice } from './notice.tsx';
import { DAYS, OrdersChart } from './orders-chart.tsx';
import { searchOf } from './route.ts';
import { useServices } from './services.ts';
import { ITEMS, StockOut } from './stock-out.tsx';
import { summary } from './summary-answers.ts';
import { ownTimeZone } from './time-words.tsx';
import { useLoad } from './use-load.ts';

/** The figures a seller looks at; read again after each sync. */
export function Charts({ ended }: { ended: number }) {
  const { api } = useServices();
  const search = searchOf({ months: MONTHS, days: DAYS, items: ITEMS, timeZone: ownTimeZone() });
  const { value, problem, reload } = useLoad(`summary ${ended}`, (signal) =>
    api.get(`/api/v1/integrations/amazon/summary${search}`, summary, signal),
  );
  return (
    <>
      <ProblemNotice problem={problem} title="The figures could not be read" onRetry={reload} />
      {value !== null && (
        <>
          <div class="columns">
            <OrdersChart summary={value} />
            <ClaimsChart summary={value} />
          </div>
          <StockOut summary={value} />
        </>
      )}
    </>
  );
}
