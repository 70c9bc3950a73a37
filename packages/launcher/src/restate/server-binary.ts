/** Where the engine's binary is: npm installs one package per platform, of which only ours is present. */

import { createRequire } from 'node:module';
import { PerdureError } from '@perdure/contract';

export interface FindBinaryOptions {
  readonly platform: string;
  readonly arch: string;
  /** Resolves a module path as `require.resolve` does; throws where there is none. */
  readonly resolve: (path: string) => string;
}

const supported: readonly string[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

export function findEngineBinary(options: FindBinaryOptions = thisMachine()): string {
  const target = `${options.platform}-${options.arch}`;
  if (!supported.includes(target)) {
    throw new PerdureError(
      'engine_missing',
      `The engine does not run on ${target}: use Linux or macOS, x64 or arm64 (on Windows inside WSL2).`,
      { details: { target } },
    );
  }
  const name = `@restatedev/restate-server-${target}`;
  try {
    return options.resolve(`${name}/bin/restate-server`);
  } catch (cause) {
    throw new PerdureError(
      'engine_missing',
      `The engine's package ${name} is not installed: run \`npm install\` without \`--omit=optional\`, on this machine.`,
      { details: { package: name }, cause },
    );
  }
}

function thisMachine(): FindBinaryOptions {
  const require = createRequire(import.meta.url);
  return { platform: process.platform, arch: process.arch, resolve: (path) => require.resolve(path) };
}
