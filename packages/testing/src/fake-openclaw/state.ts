/**
 * The state of a home, of which this alone matters here: by which schema it was written. A release brings an older one
 * up to its own when it begins, and does not open a newer one.
 */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '@perdure/home/files';
import type { FakeHome } from './home.ts';

/** 2026.8.2 has 15, and 2026.9.6 has 18: one for each month will do. */
const schemaOf = (version: string): number => {
  const [year = 0, month = 0] = version.split('.').map(Number);
  return year * 12 + month;
};

const pathIn = ({ folder }: FakeHome): string => join(folder, 'state', 'fake-state.json');

/** In its own words; undefined: it can be opened. */
export function stateProblem(home: FakeHome, version: string): string | undefined {
  const found = schemaIn(home);
  const own = schemaOf(version);
  if (found === undefined || found <= own) return undefined;
  return [
    'This OpenClaw build cannot open your existing data.',
    `OpenClaw state database ${pathIn(home)} uses newer schema version ${found}; this build supports ${own}.`,
    `Refused by OpenClaw ${version} (fake).`,
  ].join('\n');
}

export function migrateState(home: FakeHome, version: string): void {
  mkdirSync(join(home.folder, 'state'), { recursive: true, mode: 0o700 });
  replaceFile(pathIn(home), JSON.stringify({ schema: schemaOf(version) }));
}

function schemaIn(home: FakeHome): number | undefined {
  try {
    return (JSON.parse(readFileSync(pathIn(home), 'utf8')) as { readonly schema: number }).schema;
  } catch {
    return undefined;
  }
}
