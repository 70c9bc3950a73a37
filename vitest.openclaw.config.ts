/** `npm run test:openclaw`: real gateways of OpenClaw, fetched from npm once, are no part of `npm test`. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/openclaw/*.openclaw.ts'],
    testTimeout: 240_000,
    hookTimeout: 600_000,
    // A gateway is a gigabyte, and a core while it begins.
    fileParallelism: false,
  },
});
