import { marketplaceName } from './marketplace-name.ts';
import type { Summary } from './summary-answers.ts';
import { countWords } from './sync-words.ts';

export const ITEMS = 10;

/** What cannot be sold for want of stock, and whether any is on its way. */
export function StockOut({ summary: { outOfStock } }: { summary: Summary }) {
  const { total, of, items } = outOfStock;
  return (
    <section class="card" aria-labelledby="stock-out">
      <div class="card-head">
        <h2 id="stock-out">Out of stock</h2>
      </div>
      {of === 0 && <p class="muted">No inventory is known yet.</p>}
      {of > 0 && total === 0 && <p>All {countWords(of, 'SKU')} have units to sell.</p>}
      {total > 0 && (
        <>
          <p>
            <strong class="figure">{total.toLocaleString()}</strong>{' '}
            <span class="muted">
              of {countWords(of, 'SKU')}, counted per marketplace, have nothing to sell
            </span>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <section class="table-box" aria-label="SKUs out of stock" tabIndex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">SKU</th>
                  <th scope="col">Title</th>
                  <th scope="col">Marketplace</th>
                  <th scope="col" class="number">
                    On the way
                  </th>
                  <th scope="col" class="number">
                    Reserved
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ sku, title, marketplaceId, inbound, reserved }) => (
                  <tr key={`${marketplaceId} ${sku}`}>
                    <th scope="row">{sku}</th>
                    <td class="title">{title}</td>
                    <td>{marketplaceName(marketplaceId)}</td>
                    <td class="number">{inbound.toLocaleString()}</td>
                    <td class="number">{reserved.toLocaleString()}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          {total > items.length && (
            <p class="muted">
              The first {items.length} of {total.toLocaleString()}, those with nothing on the way
              first.
            </p>
          )}
        </>
      )}
    </section>
  );
}
