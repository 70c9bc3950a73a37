/** The hook of OpenClaw, put into its workspace or taken out. What somebody else wrote there is left alone. */

import { existsSync, lstatSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { commandFolder } from '../cli/command-folder.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { assertInside, writeInside } from '../skills/inside.ts';
import { placeOf } from '../skills/places.ts';
import { openClawFiles, openClawFolder, openClawMarker } from './openclaw-files.ts';

export interface OpenClawOptions extends CommonOptions {
  readonly dryRun?: boolean;
}

export function installInOpenClaw(rim: Rim, options: OpenClawOptions): number {
  const base = workspaceOf(rim);
  const files = openClawFiles({ program: join(commandFolder(), 'perdure'), workspace: base });
  const changed = Object.entries(files).filter(([name, content]) => oursAt(base, name) !== content);
  if (options.dryRun !== true) {
    for (const [name, content] of changed) writeInside(base, join(base, openClawFolder, name), content);
  }
  const next = 'Enable it on the machine of the gateway: openclaw hooks enable perdure';
  report(rim, options, { paths: changed.map(([name]) => join(base, openClawFolder, name)), next });
  return 0;
}

export function removeFromOpenClaw(rim: Rim, options: OpenClawOptions): number {
  const base = workspaceOf(rim);
  const folder = join(base, openClawFolder);
  const names = Object.keys(openClawFiles({ program: '', workspace: '' }));
  const there = names.filter((name) => oursAt(base, name) !== undefined).map((name) => join(folder, name));
  if (options.dryRun !== true) {
    for (const path of there) rmSync(path);
    for (const empty of there.length === 0 ? [] : [folder, dirname(folder)]) removeIfEmpty(empty);
  }
  report(rim, options, { paths: there, next: 'It stays in the configuration: openclaw hooks disable perdure' });
  return 0;
}

function workspaceOf({ env, homedir }: Rim): string {
  return placeOf('openclaw', { project: '', env, homedir }).base;
}

/** @throws PerdureError `conflict` where a file of that name is not ours, or no file */
function oursAt(base: string, name: string): string | undefined {
  const path = join(base, openClawFolder, name);
  assertInside(base, path);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const text = found.isFile() ? readFileSync(path, 'utf8') : '';
  if (text.includes(openClawMarker)) return text;
  throw new PerdureError('conflict', `${path} was left as it is: it is not ours; move it away, and try again.`, {
    details: { path },
  });
}

function removeIfEmpty(folder: string): void {
  try {
    if (existsSync(folder)) rmdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

function report(
  rim: Rim,
  options: OpenClawOptions,
  { paths, next }: { readonly paths: readonly string[]; readonly next: string },
): void {
  const dryRun = options.dryRun === true;
  printData(rim, options, { files: paths, dry_run: dryRun }, () => {
    if (paths.length === 0) return 'Nothing to do.';
    return [...paths, dryRun ? 'Nothing was written: this was a dry run.' : next].join('\n');
  });
}
