import { ACCESS } from './access';
import { BIG_REPORT } from './big-report';
import { CLAIMS } from './claims';
import { CONNECTIONS } from './connections';
import { DOCUMENTS } from './documents';
import { FAULTS } from './faults';
import { FIRST_SYNC } from './first-sync';
import { INCREMENTAL } from './incremental';
import { INVENTORY } from './inventory';
import { PROCESSES } from './processes';
import { QUOTAS } from './quotas';
import { REPORTS } from './reports';
import { RETURNS } from './returns';
import type { Scenario } from './scenario';

/** Every situation, each by a name of its own. */
export const SCENARIOS: readonly Scenario[] = [
  ...FIRST_SYNC,
  ...INCREMENTAL,
  ...QUOTAS,
  ...FAULTS,
  ...ACCESS,
  ...REPORTS,
  ...DOCUMENTS,
  ...CLAIMS,
  ...RETURNS,
  ...INVENTORY,
  ...BIG_REPORT,
  ...PROCESSES,
  ...CONNECTIONS,
];
