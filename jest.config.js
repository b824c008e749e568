/** One configuration for every spec: ESM, compiled by swc, workspace packages taken from their sources. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/libs/platform/postgres/src/testing/jest-global-setup.mjs',
  globalTeardown: '<rootDir>/libs/platform/postgres/src/testing/jest-global-teardown.mjs',
  testMatch: ['<rootDir>/{libs,services,tests}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/services/gateway/web/'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.cache/', '<rootDir>/libs/dev/fixtures/'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['signalbox:source', 'node'] },
  transform: {
    '^.+\\.ts$': ['@swc/jest', {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2023',
        experimental: { keepImportAttributes: true },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    }],
  },
  testTimeout: 60000,
};
