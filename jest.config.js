const { availableParallelism } = require('node:os');

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' } }] },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  globalSetup: '<rootDir>/test/jest-global-setup.ts',
  globalTeardown: '<rootDir>/test/jest-global-teardown.ts',
  testTimeout: 180_000,
  // Each file has a stack of its own on one PostgreSQL, which has so many connections.
  maxWorkers: Math.max(1, Math.min(4, availableParallelism() - 1)),
  // Each file leaves some memory behind, 2 GB after 230 of them, and is slower for it: a process that holds more than this
  // after a file is replaced.
  workerIdleMemoryLimit: '700MB',
  // A file that fails half-way through its set-up leaves servers open; the run must still end.
  forceExit: true,
};
