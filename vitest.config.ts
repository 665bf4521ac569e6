import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    // One more than the two processors that the suite is timed on: tests of services wait more than they compute.
    maxWorkers: 3,
    // Hundreds of engines are started: only tests of the calibration itself make one.
    env: { GIGASCOPE_CALIBRATION: 'off' },
    testTimeout: 180_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'services/*/test/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'services',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/**'],
          globalSetup: ['test/support/with-postgres-template.ts'],
        },
      },
    ],
  },
});
