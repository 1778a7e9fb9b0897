import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const { scripts, engines } = z
  .object({ scripts: z.record(z.string(), z.string()), engines: z.object({ node: z.string() }) })
  .parse(JSON.parse(read('package.json')));

/** Of the reference at containers.dev, what is used here. A misspelled property would be left aside without a word. */
const Devcontainer = z.strictObject({
  name: z.string(),
  build: z.strictObject({ dockerfile: z.string() }),
  features: z.record(
    z.string().regex(/^[\w.-]+(\/[\w.-]+)+:\d+$/),
    z.record(z.string(), z.union([z.string(), z.boolean()])),
  ),
  remoteUser: z.string(),
  postCreateCommand: z.string(),
  forwardPorts: z.array(z.number().int().min(1).max(65_535)),
  portsAttributes: z.record(
    z.string(),
    z.strictObject({
      label: z.string(),
      onAutoForward: z
        .enum(['notify', 'openBrowser', 'openBrowserOnce', 'openPreview', 'silent', 'ignore'])
        .optional(),
    }),
  ),
  customizations: z.strictObject({
    vscode: z.strictObject({ extensions: z.array(z.string()) }),
  }),
});

const Launch = z.strictObject({
  version: z.literal('0.2.0'),
  configurations: z.array(
    z.looseObject({
      name: z.string(),
      type: z.literal('node'),
      request: z.literal('launch'),
      program: z.string().optional(),
      runtimeArgs: z
        .tuple([z.literal('run'), z.string()])
        .rest(z.string())
        .optional(),
    }),
  ),
  inputs: z.array(z.looseObject({ id: z.string(), default: z.string() })),
});

test('the container has the oldest Node that is supported, and forwards each port of the stack', () => {
  const container = Devcontainer.parse(JSON.parse(read('.devcontainer/devcontainer.json')));
  const dockerfile = read(join('.devcontainer', container.build.dockerfile));
  expect(engines.node).toBe(`>=${/^FROM node:(\d+)-/m.exec(dockerfile)?.[1]}`);
  // Where the browser tests look for it.
  expect(dockerfile).toContain('chromium');
  expect(container.postCreateCommand).toBe('npm ci');
  const sources = readdirSync(join(ROOT, 'dev')).map((name) => read(join('dev', name)));
  const preferred = sources.flatMap((text) =>
    [...text.matchAll(/\bfreePort\((\d+)\)/g)].map(([, port]) => Number(port)),
  );
  const ports = [...new Set(preferred)].filter((port) => port !== 0).sort();
  expect(container.forwardPorts).toEqual(ports);
  expect(Object.keys(container.portsAttributes)).toEqual(ports.map(String));
});

test('what the editor launches is there', () => {
  const { configurations, inputs } = Launch.parse(JSON.parse(read('.vscode/launch.json')));
  for (const { name, program, runtimeArgs } of configurations) {
    if (runtimeArgs !== undefined)
      expect([name, scripts[runtimeArgs[1]]]).toEqual([name, expect.any(String)]);
    const path = program?.replace(/^\$\{workspaceFolder\}\//, '');
    if (path !== undefined) expect([name, existsSync(join(ROOT, path))]).toEqual([name, true]);
  }
  for (const input of inputs) expect(existsSync(join(ROOT, input.default))).toBe(true);
});
