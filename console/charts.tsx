import { ClaimsChart, MONTHS } from './claims-chart.tsx';
import { ProblemNotice } from './notice.tsx';
import { DAYS, OrdersChart } from './orders-chart.tsx';
import { searchOf } from './route.ts';
import { useServices } from './services.ts';
import { ITEMS, StockOut } from './stock-out.tsx';
import { type Summary, summary } from './summary-answers.ts';
import { ownTimeZone } from './time-words.tsx';
import { useLoad } from './use-load.ts';

interface ChartsProps {
  /** Grows with each sync that ends. */
  ended: number;
  running: boolean;
}

/** The figures a seller looks at; read again after each sync. */
export function Charts({ ended, running }: ChartsProps) {
  const { api } = useServices();
  const search = searchOf({ months: MONTHS, days: DAYS, items: ITEMS, timeZone: ownTimeZone() });
  const { value, problem, reload } = useLoad(`summary ${ended}`, (signal) =>
    api.get(`/api/v1/integrations/amazon/summary${search}`, summary, signal),
  );
  return (
    <>
      <ProblemNotice problem={problem} title="The figures could not be read" onRetry={reload} />
      {/* Before the first sync has ended, figures of nothing would read as if nothing was sold. */}
      {value !== null && !(running && isEmpty(value)) && (
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

function isEmpty({ claimsByMonth, ordersByDay, outOfStock }: Summary): boolean {
  const hasOrders = ordersByDay.some(({ orders }) => orders > 0);
  return claimsByMonth.length === 0 && !hasOrders && outOfStock.of === 0;
}
