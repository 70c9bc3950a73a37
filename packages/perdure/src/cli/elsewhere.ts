/** Another state root that this command might have meant, and on which Perdure runs. */

import { existsSync } from 'node:fs';
import { homePaths, locateHome, lookAtRoot, readInstance } from '@perdure/home';
import { shellWord } from '../text/format.ts';
import type { Rim } from './rim.ts';

/** The places that are looked at where none is named: of the environment, of the folder, of the account. */
export function runningElsewhere({ env, cwd, homedir }: Pick<Rim, 'env' | 'cwd' | 'homedir'>, root: string) {
  const at = { exists: existsSync, homedir };
  const places = [
    locateHome({ ...at, env, cwd }),
    locateHome({ ...at, env: {}, cwd }),
    locateHome({ ...at, env: {}, cwd: homedir }),
  ];
  return places.map((place) => place.root).find((other) => other !== root && isRunning(other));
}

/** ` Perdure runs on /r: …`; empty where it runs nowhere that is known. */
export function elsewhereText(rim: Pick<Rim, 'env' | 'cwd' | 'homedir'>, root: string): string {
  const other = runningElsewhere(rim, root);
  return other === undefined ? '' : `One runs on ${other}, which \`--home ${shellWord(other)}\` means.`;
}

/** Of one that is not ours nothing is read. */
function isRunning(root: string): boolean {
  try {
    const { kind } = lookAtRoot(root);
    return (kind === 'ours' || kind === 'moved') && readInstance(homePaths(root)).kind === 'running';
  } catch {
    return false;
  }
}
