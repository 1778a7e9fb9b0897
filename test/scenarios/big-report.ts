import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { rowDifferences } from '../../dev/row-differences';
import { storedOrders } from '../../dev/stored-rows';
import { bulkOrders } from '../../sandbox/bulk-orders';
import { expectedRows } from '../../sandbox/expected-rows';
import type { SandboxOrder } from '../../sandbox/sandbox-seller';
import { expectMatch, expectThat } from './expect-match';
import { DAY, type Scenario } from './scenario';
import { expectComplete, type ScenarioWorld } from './scenario-world';

const ROWS = 1_000_000;
/** What a worker may grow by while it imports, however long the report is. */
const MOST_GROWTH = 150 * 1024 * 1024;
const BATCH = 5_000;

/** In the middle of one window of 30 days, wherever the windows begin. */
const [FROM, TO] = [400, 12].map((days) => Date.now() - days * DAY);

export const BIG_REPORT: Scenario[] = [];
