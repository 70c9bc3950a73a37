/** `perdure restore`: a state root of this account on this machine, made of a backup. Nothing of it is run. */

import { resolve } from 'node:path';
import { inspectDatabase } from '@perdure/db';
import { restoreBackup, type Manifest } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { locatePlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { printable, shellWord } from '../text/format.ts';

export async function restore(rim: Rim, folder: string, options: CommonOptions): Promise<number> {
  const { root } = locatePlace(rim, options).paths;
  const from = resolve(rim.cwd, folder);
  const manifest = await restoreBackup({ from, root, checkRecord: (path) => inspectDatabase({ path, init: false }) });
  printData(rim, options, { home: root, from, ...manifest }, () => restoreText(root, manifest));
  return 0;
}

function restoreText(root: string, { made_at: madeAt, origin, vault_key: key }: Manifest): string {
  return [
    `Restored ${root} as ${printable(origin.path)} was at ${printable(madeAt)}, with an owner's key of its own.`,
    ...(key === 'left_out' ? [`Its vaults stay sealed until their key is back: put it at ${root}/run/vault-key.`] : []),
    `What was unfinished is held at the next start, for it may have been done since: \`perdure up --home ${shellWord(root)}\`, in the folder that holds its agents, pipelines and tools.`,
  ].join('\n');
}
