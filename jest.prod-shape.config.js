const jestConfig = require('./jest.config');

/**
 * `npm run prod-shape`: separate processes and the end-to-end tests, on the Temporal server of production.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  ...jestConfig,
  testMatch: ['<rootDir>/test/prod-shape/**/*.test.ts', '<rootDir>/test/e2e/**/*.test.ts'],
  // Brings up the stack of development, with a Temporal server of its own.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/embedded-stack'],
  globalSetup: '<rootDir>/test/prod-shape/jest-global-setup.ts',
};
