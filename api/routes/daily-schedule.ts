import type Router from '@koa/router';
import { ScheduleBody, ScheduleChange } from '../../contract/schedule-body';
import type { ApiDeps } from '../api-deps';
import { ApiError } from '../api-error';
import { endpoint } from '../endpoint';

const PATH = '/api/v1/integrations/amazon/schedule';

/** When the user's daily sync runs, and changing it. */
export function dailySchedule(router: Router, deps: ApiDeps): void {
  const connected = (schedule: ScheduleBody | undefined): ScheduleBody => {
    if (schedule === undefined) throw new ApiError('amazon_not_connected');
    return schedule;
  };
  endpoint(
    router,
    deps,
    {
      method: 'GET',
      path: PATH,
      operationId: 'getSchedule',
      tag: 'Schedule',
      summary: 'Tell when the daily sync runs',
      description:
        'It begins within the half hour after `hourUtc`. `nextRunAt` is null where it is switched off, or ' +
        'where Amazon has to be authorized again first.',
      reply: ScheduleBody,
      errors: ['amazon_not_connected'],
    },
    async ({ userKey }) => connected(await deps.schedules.read(userKey)),
  );
  endpoint(
    router,
    deps,
    {
      method: 'PUT',
      path: PATH,
      operationId: 'setSchedule',
      tag: 'Schedule',
      summary: 'Set when the daily sync runs',
      description: 'What is left out stays as it is. It takes effect within a minute.',
      body: ScheduleChange,
      reply: ScheduleBody,
      errors: ['amazon_not_connected'],
    },
    async ({ userKey, body }) => connected(await deps.schedules.change(userKey, body)),
  );
}
