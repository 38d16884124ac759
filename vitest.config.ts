import { defineConfig } from 'vitest/config'

// oxlint-disable-next-line import/no-default-export -- vitest reads its settings from there
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One PostgreSQL for all files, one database of it for each (test/database.ts).
    globalSetup: ['test/setup.ts'],
    // Whatever a test kills is a process of its own; the files themselves share two, which load the service once. Measured:
    // six minutes instead of nine.
    pool: 'forks',
    isolate: false,
    // PostgreSQL, browsers and killed processes work beside them: on two cores more files only wait for one another.
    maxWorkers: 2,
    // A real database, a real browser and a real Redis take their time on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
})
