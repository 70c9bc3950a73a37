/** `openclaw.json`: what is ours in it, and nothing else, unless it cannot be read. */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { plainTextIn, replaceFile } from '@perdure/home';
import { entryDifference, type Difference } from '../../core/repair.ts';
import { mergeSettings, type Json } from '../../openclaw/index.ts';
import { madeSettings } from '../remake.ts';
import { entryAt } from './found.ts';
import { present, type LookWork, type Part } from './part.ts';

const name = 'openclaw.json';

interface Found {
  readonly differences: readonly Difference[];
  /** What is to be written. */
  readonly value: Json;
}

function find({ deps, gateway, isFresh }: Pick<LookWork, 'gateway' | 'isFresh'> & { deps: LookWork['deps'] }): Found {
  const made = madeSettings(deps, gateway);
  const path = join(gateway.home, name);
  const entry = entryAt(path);
  const wrong = entryDifference(name, entry, { wanted: 'file', isPrivate: true });
  const text = entry.kind === 'file' ? plainTextIn(path) : undefined;
  if (isFresh) return { differences: [replaced('is replaced whole, as was asked for')], value: made };
  if (text === undefined) return { differences: [wrong ?? replaced('it cannot be read')], value: made };
  const merged = mergeSettings(text, made);
  if (merged.kind === 'unreadable') {
    return { differences: present(wrong, replaced(`it cannot be read: ${merged.problem}`)), value: made };
  }
  return { differences: present(wrong, ...merged.differences), value: merged.value };
}

const replaced = (found: string): Difference => ({ at: name, found, becomes: 'made anew; what was there is archived' });

export const settingsFile: Part = {
  look: async (work) => find(work).differences,
  async make(work) {
    const { differences, value } = find(work);
    // What is as it is to be keeps its comments.
    if (differences.length === 0) return;
    const path = join(work.gateway.home, name);
    if (entryAt(path).kind !== 'file') rmSync(path, { recursive: true, force: true });
    replaceFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
  },
};
