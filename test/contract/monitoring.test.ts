import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..');
const read = (path: string): unknown =>
  parse(readFileSync(join(ROOT, path), 'utf8'), { merge: true });

const Service = z.object({
  profiles: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  networks: z.array(z.string()).default(['default']),
});
const { services } = z
  .object({ services: z.record(z.string(), Service) })
  .parse(read('docker-compose.yml'));
const serviceOf = (name: string) => Service.parse(services[name]);

/** The files below a folder of a container, by where they are in it; each must exist. */
function mountedAt(name: string, inside: string): string {
  const [from, to] = serviceOf(name)
    .volumes.map((volume) => volume.split(':'))
    .filter(([, target]) => target !== undefined && inside.startsWith(target))
    .flat();
  const path = join(ROOT, String(from), inside.slice(String(to).length));
  if (!existsSync(path)) throw new Error(`${name} has no ${inside}`);
  return path;
}

test('only the profile brings Prometheus and Grafana, and they are where what they ask is', () => {
  const profiled = Object.entries(services).filter(([, { profiles }]) => profiles.length > 0);
  expect(profiled.map(([name, { profiles }]) => [name, profiles])).toEqual([
    ['prometheus', ['monitoring']],
    ['grafana', ['monitoring']],
  ]);
  for (const [, { networks }] of profiled) expect(networks).toEqual(['default']);
});

test('Prometheus asks services of the file, at the ports where they answer, and has its rules', () => {
  const { rule_files, scrape_configs } = z
    .object({
      rule_files: z.array(z.string()),
      scrape_configs: z.array(
        z.object({
          dns_sd_configs: z.tuple([
            z.object({ names: z.tuple([z.string()]), type: z.literal('A'), port: z.number() }),
          ]),
        }),
      ),
    })
    .parse(read('deploy/prometheus/prometheus.yml'));
  for (const file of rule_files) mountedAt('prometheus', `/etc/prometheus/${file}`);
  const asked = scrape_configs.map(({ dns_sd_configs: [{ names, port }] }) => {
    const { METRICS_PORT, SDK_METRICS_PORT } = serviceOf(names[0]).environment;
    return [names[0], [METRICS_PORT, SDK_METRICS_PORT].includes(String(port))];
  });
  expect(asked).toEqual([
    ['api', true],
    ['worker', true],
    ['worker', true],
  ]);
});

test('Grafana finds its data source and its dashboard, and has nobody with a password', () => {
  const provisioned = (path: string) =>
    parse(readFileSync(mountedAt('grafana', `/etc/grafana/provisioning/${path}`), 'utf8'));
  expect(provisioned('datasources/prometheus.yml')).toMatchObject({
    apiVersion: 1,
    datasources: [{ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true }],
  });
  const { providers } = z
    .object({ providers: z.tuple([z.object({ options: z.object({ path: z.string() }) })]) })
    .parse(provisioned('dashboards/amazon-sync.yml'));
  const { environment } = serviceOf('grafana');
  const dashboard = `${providers[0].options.path}/dashboard.json`;
  mountedAt('grafana', dashboard);
  expect(environment).toMatchObject({
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: dashboard,
    GF_AUTH_ANONYMOUS_ORG_ROLE: 'Viewer',
    GF_AUTH_DISABLE_LOGIN_FORM: 'true',
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: 'true',
  });
});
