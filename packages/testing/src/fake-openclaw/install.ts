/**
 * A package that looks as OpenClaw's does once npm has installed it, with a program in it that behaves as a gateway
 * does, in a second and without a gigabyte. What it is like is held against real ones by `npm run test:openclaw`.
 */

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBehaviours, type FakeBehaviour, type FakeBehaviours } from './behaviour.ts';

export interface FakeOpenclaw {
  readonly node: string;
  /** The entry that Node runs. */
  readonly entry: string;
  readonly version: string;
  /** A folder for the PATH, with the command in it. */
  readonly bin: string;
  /** From the next start on, and the next answer: for a handle, or for all others. */
  behave(behaviour: FakeBehaviour, handle?: string): void;
}

/** `folder`: an empty one, of a test. */
export function installFakeOpenclaw(folder: string, { version = '2026.9.6' } = {}): FakeOpenclaw {
  const home = join(folder, 'lib', 'node_modules', 'openclaw');
  const bin = join(folder, 'bin');
  mkdirSync(join(home, 'dist'), { recursive: true });
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'openclaw', version, type: 'module' }));
  const main = JSON.stringify(new URL('main.ts', import.meta.url).href);
  const program = (up: string) =>
    `#!/usr/bin/env node\nimport { main } from ${main};\nawait main(new URL(${JSON.stringify(up)}, import.meta.url).pathname);\n`;
  const entry = join(home, 'openclaw.mjs');
  writeFileSync(entry, program('.'));
  writeFileSync(join(home, 'dist', 'index.js'), program('..'));
  chmodSync(entry, 0o755);
  symlinkSync(entry, join(bin, 'openclaw'));
  let behaviours: FakeBehaviours = {};
  writeBehaviours(home, behaviours);
  return {
    node: process.execPath,
    entry,
    version,
    bin,
    behave(behaviour, handle = '*') {
      behaviours = { ...behaviours, [handle]: behaviour };
      writeBehaviours(home, behaviours);
    },
  };
}
