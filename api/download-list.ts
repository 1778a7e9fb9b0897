import type { Resource } from '../contract/resources';
import { recordAudit } from '../store/audit-events';
import { allRows, type PageRequest, type Slice } from '../store/page';
import type { ApiDeps } from './api-deps';
import { type Column, CsvFile, csvLines } from './csv';

interface ListDownload<Row> {
  list: Resource;
  columns: readonly Column<Row>[];
  /** One slice of the list, as lines of the file. */
  slice: (page: PageRequest) => Promise<Slice<Row>>;
}

/**
 * A file of all rows of a user's list. The audit trail has it before its first line leaves: what cannot be noted is not
 * given out. Throws `too_many_requests` or `service_unavailable` where too many are under way.
 */
export async function downloadList<Row>(
  { db, downloads, now }: Pick<ApiDeps, 'db' | 'downloads' | 'now'>,
  userKey: string,
  { list, columns, slice }: ListDownload<Row>,
): Promise<CsvFile> {
  const place = downloads.take(userKey);
  try {
    const at = new Date(now());
    await recordAudit(db.ofUser(userKey), { userKey, action: 'export', at, details: { list } });
  } catch (error) {
    place.leave();
    throw error;
  }
  const rows = allRows((page) => place.read(() => slice(page)));
  return new CsvFile(`amazon-${list}.csv`, csvLines(columns, rows), () => place.leave());
}
