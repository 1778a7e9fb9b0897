import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const DEPLOY = join(__dirname, '..', 'deploy');

const Alerts = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^AmazonSync[A-Za-z]+$/),
          expr: z.string(),
          for: z
            .string()
            .regex(/^\d+[smh]$/)
            .optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string() }),
        }),
      ),
    }),
  ),
});

const Target = z.object({ expr: z.string(), legendFormat: z.string() });
const Panel = z.object({ title: z.string(), targets: z.array(Target).default([]) });
const Dashboard = z.object({ panels: z.array(Panel) });

const Scraping = z.object({
  rule_files: z.array(z.string()),
  scrape_configs: z.array(
    z.object({
      job_name: z.string(),
      dns_sd_configs: z.array(z.object({ names: z.array(z.string()), port: z.number() })),
    }),
  ),
});

/** A query of a rule or a panel, and the texts beside it that speak of its labels. */
export interface WatchingQuery {
  where: string;
  query: string;
  texts: string[];
}

export function alertQueries(): WatchingQuery[] {
  const { groups } = Alerts.parse(parse(read('prometheus/alerts.yml')));
  return groups.flatMap(({ rules }) =>
    rules.map(({ alert, expr, annotations }) => ({
      where: alert,
      query: expr,
      texts: Object.values(annotations),
    })),
  );
}

export function dashboardQueries(): WatchingQuery[] {
  const { panels } = Dashboard.parse(JSON.parse(read('grafana/dashboard.json')));
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({
      where: title,
      // Grafana puts a time in its place.
      query: expr.replaceAll('$__rate_interval', '5m'),
      texts: [legendFormat],
    })),
  );
}

/** Whom the Prometheus server of this folder asks. */
export function scrapedJobs() {
  return Scraping.parse(parse(read('prometheus/prometheus.yml')));
}

function read(path: string): string {
  return readFileSync(join(DEPLOY, path), 'utf8');
}
