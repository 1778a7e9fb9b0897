import { z } from 'zod';

const Fields = z.record(z.string(), z.unknown());
const Breakdowns = z.array(
  z.looseObject({ subtotal: z.looseObject({ currencyCode: z.string() }) }),
);

/**
 * The same answer from an Amazon that has grown: a field in every object that no model names, a program and a
 * breakdown of a new kind. Totals stay, since the new breakdown tells of money that was in none of them.
 */
export function withUnknownWords(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withUnknownWords);
  const fields = Fields.safeParse(body).data;
  if (!fields) return body;
  const known = Object.entries(fields).map(([name, value]) => [name, grown(name, value)] as const);
  return { ...Object.fromEntries(known), futureField: { futureWord: 'FUTURE', futureCount: 1 } };
}

function grown(name: string, value: unknown): unknown {
  if (name === 'programs' && Array.isArray(value)) return [...value, 'FUTURE_PROGRAM'];
  const walked = withUnknownWords(value);
  const breakdowns = name === 'breakdowns' ? Breakdowns.safeParse(walked).data : undefined;
  const [first] = breakdowns ?? [];
  if (!breakdowns || !first) return walked;
  const { currencyCode } = first.subtotal;
  return [...breakdowns, { type: 'FUTURE_CHARGE', subtotal: { amount: '3.21', currencyCode } }];
}

/** A report that has not ended, in a state that has no name yet; one that has ended as it is. */
export function withUnknownStatus(report: unknown): unknown {
  const unfinished = z
    .looseObject({ processingStatus: z.enum(['IN_QUEUE', 'IN_PROGRESS']) })
    .safeParse(report).data;
  return unfinished ? { ...unfinished, processingStatus: 'FUTURE_STATUS' } : report;
}
