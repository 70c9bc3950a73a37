import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './test/counts-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', '{packages/*,plugins/*,chaos,bench,scripts}/test/**/*.test.ts'],
    reporters: ['default', new CountsReporter()],
    // Processes that tests start, some thousand of the product among them, find its code compiled.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)) },
    // On a busy machine all takes twenty times as long, and that is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // By default a poll gives up after a second, which a busy machine takes for anything.
    expect: { poll: { timeout: 25_000, interval: 20 } },
    // Most of the time goes by in processes that wait for each other: one worker on two cores would stand still.
    maxWorkers: 2,
  },
});
