/** `npm run test:systemd`: run by `test/systemd/main.ts`, as an account with a manager of systemd of its own. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  cacheDir: `${process.env['TMPDIR'] ?? '/tmp'}/vite`,
  test: {
    include: ['test/systemd/*.systemd.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
