import type Router from '@koa/router';
import { z } from 'zod';
import { type Effect, isKind } from './fault-spec';
import { ReportStatus, ReportType } from './report-words';
import type { Reports, SandboxReport } from './reports';
import { invalidInput, notFound } from './sp-api-error';
import {
  checkMarketplaces,
  QueryList,
  readInput,
  type SandboxWorld,
  type Scripted,
  type SpApiAnswer,
  type SpApiCall,
  spApiOperation,
  Time,
} from './sp-api-operation';

/** Seconds that a document's URL is good for (Reports 2021-06-30, `ReportDocument.url`). */
const URL_LIFETIME = 300;
/** Amazon states no lifetime for this token; an hour lets nobody rely on keeping it. */
const LIST_TOKEN_LIFETIME = 3600;
const DAY = 86_400_000;
/** Reports are kept this long, in milliseconds. */
const NINETY_DAYS = 90 * DAY;

/** Reports 2021-06-30. */
export function serveReports(router: Router, world: SandboxWorld, reports: Reports): void {
  const root = '/reports/2021-06-30';
  router.post(
    `${root}/reports`,
    spApiOperation(world, 'createReport', (call) => createReport(world, reports, call)),
  );
  router.get(
    `${root}/reports`,
    spApiOperation(world, 'getReports', (call) => getReports(world, reports, call)),
  );
  router.get(
    `${root}/reports/:reportId`,
    spApiOperation(
      world,
      'getReport',
      ({ seller, params }) => {
        const report = reports.find(seller, params.reportId ?? '');
        if (!report) throw notFound('There is no such report.');
        return { status: 200, body: renderReport(report) };
      },
      ({ seller, params }) => reports.find(seller, params.reportId ?? '')?.type ?? null,
    ),
  );
  router.get(
    `${root}/documents/:documentId`,
    spApiOperation(
      world,
      'getReportDocument',
      ({ seller, params, origin }) => {
        const { documentId = '' } = params;
        // Ids are unique only together with the seller, so another seller's document is not found.
        if (reports.document(documentId)?.sellerId !== seller.sellerId)
          throw notFound('There is no such document.');
        const ticket = world.tokens.issue('document', documentId, world.lifetime(URL_LIFETIME));
        return {
          status: 200,
          body: {
            reportDocumentId: documentId,
            url: `${origin}/documents/${ticket}`,
            compressionAlgorithm: 'GZIP',
          },
        };
      },
      ({ params }) => reports.document(params.documentId ?? '')?.type ?? null,
    ),
  );
}

const CreateReportBody = z.object({
  reportType: ReportType,
  marketplaceIds: z.array(z.string().min(1)).min(1).max(25),
  dataStartTime: Time.optional(),
  dataEndTime: Time.optional(),
});

function createReport(world: SandboxWorld, reports: Reports, call: SpApiCall): SpApiAnswer {
  const asked = readInput(CreateReportBody, call.body);
  checkMarketplaces(call.seller, asked.marketplaceIds);

  const now = world.clock.now();
  const from = asked.dataStartTime ?? now;
  const to = asked.dataEndTime ?? now;
  if (from > now || to > now) throw invalidInput('The data range must not lie in the future.');
  if (from > to) throw invalidInput('dataStartTime must not be after dataEndTime.');

  const { reportType: type, marketplaceIds } = asked;
  const scripted = call.scripted(endsReportsOver(to - from));
  const request = { type, marketplaceIds, from, to };
  const { reportId } = reports.create(call.seller, request, scripted?.outcome ?? null);
  return { status: 202, body: { reportId } };
}

type ReportEffect = Extract<Effect, { kind: 'report' }>;

/** Picks the faults that decide how a report over so many milliseconds ends. */
const endsReportsOver =
  (range: number) =>
  (effect: Effect): effect is ReportEffect =>
    effect.kind === 'report' && range > (effect.longerThanDays ?? -1) * DAY;

const ListFilters = z.object({
  reportTypes: QueryList(z.string().min(1)).pipe(z.array(z.string()).min(1).max(10)),
  processingStatuses: QueryList(ReportStatus).optional(),
  marketplaceIds: QueryList(z.string().min(1)).pipe(z.array(z.string()).max(10)).optional(),
  pageSize: z.coerce.number().int().min(1).max(100).default(10),
  createdSince: Time.optional(),
  createdUntil: Time.optional(),
  nextToken: z.undefined().optional(),
});
/** The token is the only parameter when there is one. */
const ListQuery = z.union([z.strictObject({ nextToken: z.string() }), ListFilters]);

/** What a token stands for: the filters of the first page as they were written, and where to go on. */
const ListPlace = z.object({ query: z.record(z.string(), z.unknown()), offset: z.number() });

function getReports(
  { clock, tokens }: SandboxWorld,
  reports: Reports,
  { seller, query, scripted }: SpApiCall,
): SpApiAnswer {
  const asked = readInput(ListQuery, query);
  const place =
    asked.nextToken !== undefined
      ? listPlace(tokens, asked.nextToken, scripted)
      : { query: z.record(z.string(), z.unknown()).parse(query), offset: 0 };
  const filters = readInput(ListFilters, place.query);

  const since = filters.createdSince ?? clock.now() - NINETY_DAYS;
  const until = filters.createdUntil ?? Number.POSITIVE_INFINITY;
  const found = reports
    .list(seller)
    .filter((report) => report.createdAt >= since && report.createdAt <= until)
    .filter(
      (report) =>
        filters.reportTypes.includes(report.type) &&
        (filters.processingStatuses?.includes(report.status) ?? true) &&
        (filters.marketplaceIds?.some((id) => report.marketplaceIds.includes(id)) ?? true),
    );
  const end = place.offset + filters.pageSize;
  const next = JSON.stringify({ query: place.query, offset: end });
  return {
    status: 200,
    body: {
      reports: found.slice(place.offset, end).map(renderReport),
      ...(found.length > end && {
        nextToken: tokens.issue('reports-page', next, LIST_TOKEN_LIFETIME),
      }),
    },
  };
}

function listPlace(
  tokens: SandboxWorld['tokens'],
  token: string,
  scripted: Scripted,
): z.infer<typeof ListPlace> {
  const reading = tokens.read('reports-page', token);
  if (reading.state !== 'live' || scripted(isKind('expired_page_token')))
    throw invalidInput('nextToken is expired or invalid.');
  return ListPlace.parse(JSON.parse(reading.data));
}

function renderReport(report: SandboxReport): Record<string, unknown> {
  const iso = (time: number) => new Date(time).toISOString();
  const { startedAt, endedAt, documentId } = report;
  return {
    reportId: report.reportId,
    reportType: report.type,
    marketplaceIds: report.marketplaceIds,
    dataStartTime: iso(report.from),
    dataEndTime: iso(report.to),
    createdTime: iso(report.createdAt),
    processingStatus: report.status,
    ...(startedAt !== null && { processingStartTime: iso(startedAt) }),
    ...(endedAt !== null && { processingEndTime: iso(endedAt) }),
    ...(documentId !== null && { reportDocumentId: documentId }),
  };
}
