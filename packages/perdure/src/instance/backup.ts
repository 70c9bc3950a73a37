/** `perdure backup`: the record, and what lies beside it and cannot be made anew, as a folder that `restore` takes. */

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { copyDatabase } from '@perdure/db';
import { archivesOf, makeBackup, type Manifest } from '@perdure/home';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { formatCount, printable, shellWord } from '../text/format.ts';

export interface BackupOptions extends CommonOptions {
  /** False with `--without-vault-key`. */
  readonly withoutVaultKey?: boolean;
  readonly withArchives?: boolean;
}

export async function backup(rim: Rim, folder: string, options: BackupOptions): Promise<number> {
  const { paths, homeFlag } = findPlace(rim, options);
  if (!existsSync(paths.database)) {
    const problem = `There is no record at ${paths.root} to back up: name the state root with --home; \`perdure up${homeFlag}\` makes one.`;
    throw new PerdureError('not_found', problem);
  }
  const into = resolve(rim.cwd, folder);
  const { withArchives = false } = options;
  const manifest = makeBackup({
    paths,
    into,
    withVaultKey: options.withoutVaultKey !== true,
    withArchives,
    copyRecord: copyDatabase,
    version: packageJson.version,
    now: new Date(rim.now()).toISOString(),
  });
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  const archives = { folder: join(paths.root, 'archives'), ...archivesOf(paths), isIncluded: withArchives };
  printData(rim, options, { folder: into, bytes, archives, ...manifest }, () =>
    [backupText(into, bytes, manifest), ...archivesText(archives)].join('\n'),
  );
  return 0;
}

function backupText(into: string, bytes: number, { files, origin, vault_key: key }: Manifest): string {
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  return [
    `Backed up ${printable(origin.path)} to ${into}: ${count}, ${formatCount(bytes)} bytes.`,
    ...keyLines[key],
    `Whoever can read it can read all of it${files.some(({ path }) => path === '.env') ? ', and the keys in its .env' : ''}. Back with \`perdure restore ${shellWord(into)} --home <folder>\`.`,
  ].join('\n');
}

interface Archives {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  readonly isIncluded: boolean;
}

function archivesText({ folder, files, bytes, isIncluded }: Archives): readonly string[] {
  if (files === 0) return [];
  const what = `${files === 1 ? '1 archive' : `${files} archives`} of agents, ${formatCount(bytes)} bytes`;
  return isIncluded
    ? [`With ${what}.`]
    : [`Without ${what}, in ${printable(folder)}: \`--with-archives\` takes them along.`];
}

const keyLines: Readonly<Record<Manifest['vault_key'], readonly string[]>> = {
  included: ['The key of the vaults is in it (run/vault-key): to keep the two apart, say --without-vault-key.'],
  left_out: [
    'The key of the vaults is not: keep a copy of run/vault-key elsewhere, or nobody opens their values again.',
  ],
  none: [],
};
