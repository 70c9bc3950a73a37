/**
 * Bundles the command line into `dist/cli.js` and chunks that load when needed. The server's rooms stay outside: `perdure up` starts
 * them from their own files.
 */

import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { cli: 'src/main.ts' },
  platform: 'node',
  external: [/^@perdure\/server\//],
  treeshake: {
    // Building zod schemas costs as much time as the rest of a start; a module none of whose exports is used is left out.
    moduleSideEffects: [{ test: /\/packages\/(contract|db|home|sdk|tasks)\/src\//, sideEffects: false }],
  },
  output: { dir: 'dist', format: 'esm', minify: true, cleanDir: true, chunkFileNames: '[name]-[hash].js' },
});
