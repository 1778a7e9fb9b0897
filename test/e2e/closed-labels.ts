import { RESOURCES } from '../../contract/resources';
import { describeApi } from '../../dev/describe-api';

/** Which values each label of our metrics may have: every list is closed. */
export type ClosedLabels = Record<string, (value: string) => boolean>;

export async function closedLabels(): Promise<ClosedLabels> {
  const { routes } = await describeApi();
  const templates = new Set(['other', ...routes.map((route) => route.split(' ')[1])]);
  return {
    method: (value) => /^(GET|HEAD|POST|PUT|DELETE|OPTIONS|other)$/.test(value),
    route: (value) => templates.has(value),
    status: (value) => /^([1-5]xx|429|none)$/.test(value),
    outcome: (value) =>
      /^(complete|partial|failed|cancelled|done|fatal|stuck|delivered|retrying)$/.test(value),
    resource: (value) => RESOURCES.some((name) => name === value),
    operation: (value) => /^(get|create|search|exchange)[A-Za-z]+$/.test(value),
    state: (value) => /^(total|idle|waiting)$/.test(value),
    le: (value) => /^(\d+(\.\d+)?|\+Inf)$/.test(value),
    // Of the process, by the library.
    kind: (value) => /^[a-z]+$/.test(value),
    type: (value) => /^\w+$/.test(value),
    space: (value) => /^\w+$/.test(value),
    version: (value) => value === process.version,
    major: (value) => /^\d+$/.test(value),
    minor: (value) => /^\d+$/.test(value),
    patch: (value) => /^\d+$/.test(value),
  };
}
