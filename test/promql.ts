import { parser } from '@prometheus-io/lezer-promql';

/** What a query reads: one metric, and the labels that it is chosen by. */
export interface Selector {
  name: string;
  matchers: { label: string; operator: string; value: string }[];
}

export interface Query {
  selectors: Selector[];
  /** By which it groups or joins. */
  groupedBy: string[];
}

/** Reads a query by Prometheus' own grammar. Throws where it is not one. */
export function parseQuery(text: string): Query {
  const query: Query = { selectors: [], groupedBy: [] };
  const inGrouping: boolean[] = [];
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      const part = text.slice(from, to);
      const selector = query.selectors.at(-1);
      if (type.isError) throw new Error(`No query: ${text} (at ${from})`);
      if (name === 'GroupingLabels') inGrouping.push(true);
      if (name === 'VectorSelector') query.selectors.push({ name: '', matchers: [] });
      if (name === 'Identifier' && selector !== undefined) selector.name = part;
      if (name === 'LabelName' && inGrouping.length > 0) query.groupedBy.push(part);
      if (name === 'UnquotedLabelMatcher') {
        const [, label = '', operator = '', value = ''] =
          /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(part) ?? [];
        selector?.matchers.push({ label, operator, value });
      }
    },
    leave({ name }) {
      if (name === 'GroupingLabels') inGrouping.pop();
    },
  });
  return query;
}
