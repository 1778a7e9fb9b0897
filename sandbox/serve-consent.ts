import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { z } from 'zod';
import type { AuthorizationCodes } from './authorization-codes';
import { escapeHtml, htmlPage } from './html-page';
import { marketplaceOf } from './marketplaces';
import type { SandboxSeller } from './sandbox-seller';
import type { SandboxWorld } from './sp-api-operation';

export const CONSENT_PATH = '/apps/authorize/consent';
export const STORE_PATH = '/apps/store';
const CONFIRM_PATH = '/apps/authorize/confirm';

/** How long the way from Amazon's app store to our log-in and back may take, in Amazon's seconds. */
const AMAZON_STATE_SECONDS = 24 * 3600;

const Question = z.object({
  application_id: z.string().min(1),
  state: z.string().min(1),
  redirect_uri: z.url({ protocol: /^https?$/ }),
  version: z.literal('beta').optional(),
});

const Answer = z.object({
  state: z.string().min(1),
  redirect_uri: z.url({ protocol: /^https?$/ }),
  selling_partner_id: z.string().optional(),
  answer: z.enum(['allow', 'decline']),
});

const Confirmation = z.object({
  amazon_state: z.string().min(1),
  state: z.string().min(1),
  redirect_uri: z.url({ protocol: /^https?$/ }),
});

const Store = z.object({ login_uri: z.url({ protocol: /^https?$/ }) });

export interface ConsentOptions {
  codes: AuthorizationCodes;
  /** The one application there is; without it any is good. */
  applicationId: string | undefined;
}

/**
 * Seller Central as far as consent goes, with every seller of the sandbox signed in: the page on which a seller
 * allows an application (`/apps/authorize/consent`), and the app store, from where a seller arrives the other way
 * round (`/apps/store?login_uri=…`).
 */
export function serveConsent(
  router: Router,
  { sellers, tokens }: Pick<SandboxWorld, 'sellers' | 'tokens'>,
  { codes, applicationId }: ConsentOptions,
): void {
  const sendBack = (ctx: RouterContext, to: string, values: Record<string, string>) => {
    const url = new URL(to);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    ctx.status = 303;
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.redirect(url.href);
  };
  const allow = (ctx: RouterContext, sellerId: string, state: string, redirectUri: string) =>
    sendBack(ctx, redirectUri, {
      state,
      selling_partner_id: sellerId,
      spapi_oauth_code: codes.issue({ sellerId, redirectUri }),
    });

  router.get(CONSENT_PATH, (ctx) => {
    const question = Question.safeParse(ctx.query);
    if (!question.success) return refuse(ctx, z.prettifyError(question.error));
    const { application_id, state, redirect_uri } = question.data;
    if (applicationId !== undefined && application_id !== applicationId)
      return refuse(ctx, `There is no application ${application_id}`);
    ctx.type = 'html';
    ctx.body = consentPage(sellers, { state, redirect_uri });
  });

  router.post(CONSENT_PATH, (ctx) => {
    const answer = Answer.safeParse(ctx.request.body);
    if (!answer.success) return refuse(ctx, z.prettifyError(answer.error));
    const { state, redirect_uri, selling_partner_id } = answer.data;
    if (answer.data.answer === 'decline')
      return sendBack(ctx, redirect_uri, { state, error: 'access_denied' });
    const seller = sellers.find(({ sellerId }) => sellerId === selling_partner_id);
    if (!seller) return refuse(ctx, 'There is no such seller');
    allow(ctx, seller.sellerId, state, redirect_uri);
  });

  router.get(STORE_PATH, (ctx) => {
    const store = Store.safeParse(ctx.query);
    if (!store.success) return refuse(ctx, z.prettifyError(store.error));
    ctx.type = 'html';
    ctx.body = storePage(
      sellers.map((seller) => {
        const url = new URL(store.data.login_uri);
        url.searchParams.set('amazon_callback_uri', `${ctx.protocol}://${ctx.host}${CONFIRM_PATH}`);
        url.searchParams.set(
          'amazon_state',
          tokens.issue('amazon-state', seller.sellerId, AMAZON_STATE_SECONDS),
        );
        url.searchParams.set('selling_partner_id', seller.sellerId);
        return { seller, href: url.href };
      }),
    );
  });

  router.get(CONFIRM_PATH, (ctx) => {
    const confirmation = Confirmation.safeParse(ctx.query);
    if (!confirmation.success) return refuse(ctx, z.prettifyError(confirmation.error));
    const { amazon_state, state, redirect_uri } = confirmation.data;
    const reading = tokens.read('amazon-state', amazon_state);
    if (reading.state !== 'live') return refuse(ctx, 'This authorization did not begin here');
    allow(ctx, reading.data, state, redirect_uri);
  });
}

function refuse(ctx: RouterContext, why: string): void {
  ctx.status = 400;
  ctx.type = 'html';
  ctx.body = htmlPage('This cannot be authorized', `<pre>${escapeHtml(why)}</pre>`);
}

function consentPage(
  sellers: readonly SandboxSeller[],
  hidden: { state: string; redirect_uri: string },
): string {
  const choices = sellers.map(
    (seller, index) => `<label><input type="radio" name="selling_partner_id"
      value="${escapeHtml(seller.sellerId)}"${index === 0 ? ' checked' : ''}>
      ${describe(seller)}</label>`,
  );
  const fields = Object.entries(hidden).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  return htmlPage(
    'Authorize the application',
    `<p>This is the local Amazon: its sellers are made up. The application asks to read a seller’s orders,
inventory and reports.</p>
<form method="post" action="${CONSENT_PATH}">
${fields.join('\n')}
<fieldset><legend>Seller</legend>
${choices.join('\n')}
</fieldset>
<button name="answer" value="allow">Allow</button>
<button name="answer" value="decline">Decline</button>
</form>`,
  );
}

function storePage(links: readonly { seller: SandboxSeller; href: string }[]): string {
  const items = links.map(
    ({ seller, href }) =>
      `<li>${describe(seller)}: <a href="${escapeHtml(href)}">Authorize</a></li>`,
  );
  return htmlPage('App store of the local Amazon', `<ul>\n${items.join('\n')}\n</ul>`);
}

function describe({ sellerId, region, marketplaceIds }: SandboxSeller): string {
  const names = marketplaceIds.map((id) => marketplaceOf(id).name).join(', ');
  return escapeHtml(`${sellerId}, ${region}: ${names}`);
}
