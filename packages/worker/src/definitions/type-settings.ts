/**
 * With what settings the compiler, and an editor, read the pipelines and tools of a project as the worker loads them:
 * types are erased, and `perdure` is the authoring API of this installation.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { shippedRoot } from './roots.ts';

/** What a `tsconfig.json` holds. Its paths are those of this machine. */
export function typeSettings() {
  return {
    compilerOptions: {
      module: 'preserve',
      target: 'es2024',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      typeRoots: [join(shippedRoot, 'node_modules/@types')],
      paths: { perdure: [join(shippedRoot, 'packages/perdure/src/index.ts')] },
    },
  };
}

/** The compiler that lies beside Perdure, to be run by Node; undefined where none does. */
export function findCompiler(): string | undefined {
  const compiler = join(shippedRoot, 'node_modules/typescript/bin/tsc');
  return existsSync(compiler) ? compiler : undefined;
}
