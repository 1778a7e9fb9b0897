import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Sandbox } from '../../../sandbox/sandbox';

export const US = 'ATVPDKIKX0DER';
export const REPORTS = '/reports/2021-06-30/reports';
export const DOCUMENTS = '/reports/2021-06-30/documents';
export const ORDERS = '/orders/2026-01-01/orders';
export const INVENTORY = '/fba/inventory/v1/summaries';
export const PARTICIPATIONS = '/sellers/v1/marketplaceParticipations';

export interface SandboxReply {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Talks to a sandbox as one of its sellers, over HTTP, with an access token of its own. */
export interface SandboxClient {
  /** The answer as it comes, whatever its body. */
  ask(path: string, query?: Record<string, string>): Promise<Response>;
  get(path: string, query?: Record<string, string>): Promise<SandboxReply>;
  post(path: string, body: unknown): Promise<SandboxReply>;
  /** Requests a report, waits until it has ended, and answers it; `pass` lets virtual time go on. */
  report(request: Record<string, unknown>, pass?: () => void): Promise<z.infer<typeof EndedReport>>;
  /** The answer of the storage that holds the document. */
  download(documentId: string): Promise<Response>;
  /** The lines of a finished report, each split into its cells by column name. */
  rows(documentId: string): Promise<Record<string, string>[]>;
}

const EndedReport = z.object({
  reportId: z.string(),
  processingStatus: z.string(),
  reportDocumentId: z.string().optional(),
});

export async function login(sandbox: Sandbox, refreshToken?: string): Promise<SandboxReply> {
  return reply(
    await fetch(sandbox.lwaUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken ?? sandbox.sellers[0]?.refreshToken ?? '',
        client_id: 'app',
        client_secret: 'secret',
      }),
    }),
  );
}

export async function connect(sandbox: Sandbox, refreshToken?: string): Promise<SandboxClient> {
  const { body } = await login(sandbox, refreshToken);
  const { access_token } = z.object({ access_token: z.string() }).parse(body);
  const headers = { 'x-amz-access-token': access_token };

  const ask: SandboxClient['ask'] = (path, query = {}) =>
    fetch(`${sandbox.spApiUrl}${path}?${new URLSearchParams(query)}`, { headers });
  const get: SandboxClient['get'] = async (path, query) => reply(await ask(path, query));
  const post: SandboxClient['post'] = async (path, body) =>
    reply(
      await fetch(`${sandbox.spApiUrl}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    );

  const download: SandboxClient['download'] = async (documentId) => {
    const { body } = await get(`${DOCUMENTS}/${documentId}`);
    return fetch(z.object({ url: z.string() }).parse(body).url);
  };

  return {
    ask,
    get,
    post,
    download,
    async report(request, pass = () => undefined) {
      const created = z.object({ reportId: z.string() }).parse((await post(REPORTS, request)).body);
      return until(async () => {
        pass();
        const report = EndedReport.safeParse((await get(`${REPORTS}/${created.reportId}`)).body);
        const ended = ['DONE', 'FATAL', 'CANCELLED'];
        return report.success && ended.includes(report.data.processingStatus) ? report.data : null;
      });
    },
    async rows(documentId) {
      const file = await (await download(documentId)).arrayBuffer();
      return rowsOf(gunzipSync(Buffer.from(file)).toString());
    },
  };
}

/** The lines of a tab-separated text, each by column name. */
export function rowsOf(text: string): Record<string, string>[] {
  const [header = [], ...lines] = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => line.split('\t'));
  return lines.map((cells) =>
    Object.fromEntries(header.map((column, position) => [column, cells[position] ?? ''])),
  );
}

async function reply(response: Response): Promise<SandboxReply> {
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Asks again until the answer is not null. Throws after ten seconds. */
export async function until<T>(ask: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    if (Date.now() > deadline) throw new Error('Nothing came within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
