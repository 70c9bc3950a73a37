import { defineConfig } from 'vitest/config';
import { CountsReporter } from './test/counts-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', '{packages/*,plugins/*,chaos,bench,scripts}/test/**/*.test.ts'],
    reporters: ['default', new CountsReporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of the time goes by in processes that wait for each other: one worker on two cores would stand still.
    maxWorkers: 2,
  },
});
