/** `npm run test:models`: what needs programs of others, fetched from npm, is no part of `npm test`. */

import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { include: ['test/models/third-party/*.third-party.ts'] } });
