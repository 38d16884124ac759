import { defineConfig } from 'vitest/config'

// oxlint-disable-next-line import/no-default-export -- vitest reads its settings from there
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One PostgreSQL for all files, one database of it for each (test/database.ts).
    globalSetup: ['test/setup.ts'],
    // Files kill processes and change signal handlers: each gets a process of its own.
    pool: 'forks',
    // Many files mostly wait (for a browser, a killed process, a queue): four of them keep two cores busy.
    maxWorkers: 4,
    // A real database, a real browser and a real Redis take their time on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
})
