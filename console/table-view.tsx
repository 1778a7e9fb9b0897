import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Resource } from '../contract/resources';
import { type FilterField, filterQuery } from './filter-query.ts';
import { Filters } from './filters.tsx';
import { ProblemNotice } from './notice.tsx';
import { type Route, searchOf } from './route.ts';
import { useServices } from './services.ts';
import { list, nullable, number, object, type Shape, text } from './shapes.ts';
import { countWords } from './sync-words.ts';
import { Moment } from './time-words.tsx';
import { useLoad } from './use-load.ts';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ComponentChildren;
  kind?: 'number' | 'title';
}

/** One of the lists of rows: what it is called, where it is read, and how it looks. */
export interface TableSpec<Row extends { id: string }> {
  /** The last part of its path, and the name of its rows in an answer. */
  name: Resource;
  title: string;
  noun: string;
  row: Shape<Row>;
  columns: readonly Column<Row>[];
  filters: readonly FilterField[];
}

export interface TableProps {
  query: Route['query'];
  setQuery: (query: Route['query']) => void;
  /** Grows with each sync that ends. */
  ended: number;
}

const LIMIT = 50;

/** A list with its filters, its pages and its download. */
export function TableView<Row extends { id: string }>({
  spec,
  query,
  setQuery,
  ended,
}: TableProps & { spec: TableSpec<Row> }) {
  const { api } = useServices();
  const { name, title, noun, filters } = spec;
  const asked = filterQuery(filters, query);
  const key = JSON.stringify(asked);
  // Where each page so far began; the first begins at the beginning.
  const [pages, setPages] = useState<readonly (string | null)[]>([null]);
  useEffect(() => setPages([null]), [key, ended]);
  const cursor = pages.at(-1) ?? undefined;
  const path = `/api/v1/integrations/amazon/${name}`;
  const read = async (signal: AbortSignal) => {
    const search = searchOf({ ...asked, limit: LIMIT, cursor });
    const page = await api.get(`${path}${search}`, pageShape(spec), signal);
    // With the rows, which stay until those of another page are there.
    return { ...page, first: (pages.length - 1) * LIMIT };
  };
  const { value, problem, loading, reload } = useLoad(`${key} ${cursor ?? ''} ${ended}`, read);
  return (
    <section class="card" aria-labelledby="table-title">
      <div class="card-head">
        <h1 id="table-title">{title}</h1>
        <div class="actions">
          <a class="button" href={`${path}${searchOf({ ...asked, format: 'csv' })}`} download>
            Download as CSV
          </a>
        </div>
      </div>
      <Filters fields={filters} query={query} setQuery={setQuery} />
      <ProblemNotice problem={problem} title={`${title} could not be read`} onRetry={reload} />
      {value !== null && (
        <>
          <p role="status" class="muted">
            {value.total === 0
              ? emptyWords(
                  spec,
                  value.lastSyncedAt,
                  Object.keys(asked).some((name) => name !== 'sort'),
                )
              : `${(value.first + 1).toLocaleString()}–${(value.first + value.rows.length).toLocaleString()} of ${countWords(value.total, noun)}`}
            {value.lastSyncedAt !== null && (
              <>
                {', synced '}
                <Moment at={value.lastSyncedAt} />
              </>
            )}
          </p>
          {value.rows.length > 0 && <Rows spec={spec} rows={value.rows} busy={loading} />}
          {(pages.length > 1 || value.nextCursor !== null) && (
            <div class="actions">
              <button
                type="button"
                disabled={pages.length === 1 || loading}
                onClick={() => setPages(pages.slice(0, -1))}
              >
                Previous page
              </button>
              <button
                type="button"
                disabled={value.nextCursor === null || loading}
                onClick={() => setPages([...pages, value.nextCursor])}
              >
                Next page
              </button>
            </div>
          )}
        </>
      )}
      {value === null && problem === null && <p class="muted">Loading …</p>}
    </section>
  );
}

function Rows<Row extends { id: string }>({
  spec,
  rows,
  busy,
}: {
  spec: TableSpec<Row>;
  rows: Row[];
  busy: boolean;
}) {
  const { columns, title } = spec;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table-box" aria-label={title} tabIndex={0} aria-busy={busy}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={column.kind}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              {columns.map((column, position) =>
                position === 0 ? (
                  <th key={column.title} scope="row">
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.title} class={column.kind}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface Page<Row> {
  rows: Row[];
  total: number;
  nextCursor: string | null;
  lastSyncedAt: string | null;
}

function pageShape<Row extends { id: string }>({ name, row }: TableSpec<Row>): Shape<Page<Row>> {
  const around = object({
    total: number,
    nextCursor: nullable(text),
    lastSyncedAt: nullable(text),
  });
  return (value, at) => ({
    ...around(value, at),
    rows: list(row)(Object.entries(Object(value)).find(([key]) => key === name)?.[1], name),
  });
}

function emptyWords<Row extends { id: string }>(
  { title }: TableSpec<Row>,
  lastSyncedAt: string | null,
  isFiltered: boolean,
): string {
  if (isFiltered) return 'Nothing fits these filters';
  return lastSyncedAt === null
    ? `No ${title.toLowerCase()} yet. They come with the first sync`
    : `There are no ${title.toLowerCase()}`;
}
