import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest, most of it waiting: begun last, one of them would run alone while the other worker rests. */
const LONGEST = [
  'soak.test',
  'kill.test',
  'chat-page-looks',
  'follow-ups',
  'duplicates',
  'whatsapp-web',
  'embedded',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.includes(`/${name}`))
      return at === -1 ? LONGEST.length : at
    }
    // oxlint-disable-next-line unicorn/no-array-sort -- the sequencer's own, which is no array's
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other))
  }
}

// oxlint-disable-next-line import/no-default-export -- vitest reads its settings from there
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One PostgreSQL for all files, one database of it for each (test/database.ts).
    globalSetup: ['test/setup.ts'],
    // Whatever a test kills is a process of its own; the files themselves share three, which load the service once.
    // Measured: six minutes instead of nine.
    pool: 'forks',
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // PostgreSQL, browsers and killed processes work beside them, and half of the time a file waits for those: on two cores
    // a third one fills the gaps.
    maxWorkers: 3,
    // A real database, a real browser and a real Redis take their time on a busy machine.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
})
