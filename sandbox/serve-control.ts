import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import { Change } from './changes';
import { FaultSpec, type Faults } from './faults';
import { Refusal } from './refusal';
import type { SandboxSeller } from './sandbox-seller';
import { SellerSpec } from './seller-spec';
import type { SandboxStats } from './traffic';

export interface ControlDeps {
  faults: Faults;
  addSeller(spec: SellerSpec): Promise<SandboxSeller>;
  change(sellerId: string, changes: Change[]): string[];
  stats(): SandboxStats;
}

const Changes = z.strictObject({ changes: z.array(Change).min(1) });

/**
 * What tests do to the sandbox from outside, in JSON: `POST|GET|DELETE /sandbox/faults`, `POST /sandbox/sellers`,
 * `POST /sandbox/sellers/:sellerId/changes`, `GET /sandbox/stats`. It needs no access token, costs no quota, and
 * no fault hits it. A wrong request is 400 `{error}`.
 */
export function serveControl(router: Router, { faults, addSeller, change, stats }: ControlDeps) {
  router.post(
    '/sandbox/faults',
    control(FaultSpec, (fault) => ({ id: faults.set(fault).id })),
  );
  router.get('/sandbox/faults', (ctx) => {
    ctx.body = { faults: faults.list() };
  });
  router.delete('/sandbox/faults', (ctx) => {
    faults.clear();
    ctx.body = {};
  });
  router.delete('/sandbox/faults/:id', (ctx) => {
    const wasThere = faults.remove(ctx.params.id ?? '');
    ctx.status = wasThere ? 200 : 404;
    ctx.body = wasThere ? {} : { error: 'There is no such fault' };
  });
  router.post(
    '/sandbox/sellers',
    control(SellerSpec, async (spec) => {
      const { sellerId, refreshToken, region, marketplaceIds } = await addSeller(spec);
      return { sellerId, refreshToken, region, marketplaceIds };
    }),
  );
  router.post(
    '/sandbox/sellers/:sellerId/changes',
    control(Changes, ({ changes }, ctx) => ({
      changed: change(ctx.params.sellerId ?? '', changes),
    })),
  );
  router.get('/sandbox/stats', (ctx) => {
    ctx.body = stats();
  });
}

/** Reads the body by its schema and answers what the action makes of it. */
function control<Schema extends z.ZodType>(
  schema: Schema,
  act: (wish: z.infer<Schema>, ctx: RouterContext) => unknown,
): (ctx: RouterContext) => Promise<void> {
  return async (ctx) => {
    const wish = schema.safeParse(ctx.request.body);
    try {
      if (!wish.success) throw new Refusal(z.prettifyError(wish.error));
      ctx.body = await act(wish.data, ctx);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      ctx.status = 400;
      ctx.body = { error: error.message };
    }
  };
}
