import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(__dirname, '..', '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const Versions = z.record(z.string(), z.string()).default({});
const Package = z.object({
  dependencies: Versions,
  devDependencies: Versions,
  /** Which packages may run a script when they are installed: npm asks for each to be named. */
  allowScripts: z.record(z.string(), z.boolean()),
});
const Locked = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  integrity: z.string().optional(),
  hasInstallScript: z.boolean().default(false),
  inBundle: z.boolean().default(false),
  optional: z.boolean().default(false),
});
const Lock = z.object({ packages: z.record(z.string(), Locked) });

const manifest = Package.parse(JSON.parse(read('package.json')));
const lock = Object.entries(Lock.parse(JSON.parse(read('package-lock.json'))).packages).filter(
  ([path]) => path !== '',
);
const dockerfile = read('Dockerfile');

test('every dependency has one exact version', () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const [name, version] of Object.entries(wanted)) {
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(-[\w.]+)?$/)]);
    const locked = lock.find(([path]) => path === `node_modules/${name}`)?.[1];
    expect([name, locked?.version]).toEqual([name, version]);
  }
});

test('everything that is installed is locked by its hash, and comes from a registry', () => {
  for (const [path, { resolved, integrity, inBundle, optional }] of lock) {
    // A bundled one comes inside another; one of a platform that nobody has locked on yet has its version only.
    if (inBundle || (optional && integrity === undefined)) continue;
    expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    // Left out, it is whatever registry npm is told to use; never a repository or a folder.
    expect(resolved ?? 'https://registry/package.tgz').toMatch(/^https:\/\/[^/]+\/.+\.tgz$/);
  }
});

test('every package with an install script is named, with whether it may run', () => {
  const scripted = lock.flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.split('node_modules/').at(-1) ?? ''] : [],
  );
  const listed = Object.keys(manifest.allowScripts);
  expect([...new Set(scripted)].filter((name) => !listed.includes(name))).toEqual([]);
  // Whatever is gone must not be let in again unseen.
  const installed = lock.map(([path]) => path.split('node_modules/').at(-1));
  expect(listed.filter((name) => !installed.includes(name))).toEqual([]);
});

test('the image installs without scripts, and runs as a user without rights', () => {
  const installs = dockerfile.split('\n').filter((line) => line.startsWith('RUN npm'));
  expect(installs.filter((line) => line.includes('npm ci')).length).toBe(2);
  for (const line of installs.filter((one) => one.includes('npm ci')))
    expect(line).toContain('--ignore-scripts');
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect([...last.matchAll(/^USER (\S+)$/gm)].map(([, user]) => user)).toEqual(['node']);
  // Files that it runs belong to root, so that it cannot change them.
  expect(last).not.toContain('--chown');
});
