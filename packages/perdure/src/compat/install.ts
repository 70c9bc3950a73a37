/**
 * `perdure compat install`: a folder of small executables under the names that skills call, each of which becomes
 * `perdure compat <script>`. Those that are called as `python3 scripts/….py` are Python.
 */

import { chmodSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { makeFolder, replaceFile } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { scripts, type ScriptName } from './scripts.ts';

export interface InstallOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

interface PlannedFile {
  readonly path: string;
  readonly text: string;
  /** `foreign`: somebody else wrote it. */
  readonly change: 'create' | 'update' | 'kept' | 'foreign';
}

/** By which a file of ours is known again, whatever version wrote it. */
const mark = 'Made by `perdure compat install`';

export async function installScripts(rim: Rim, given: string, options: InstallOptions): Promise<number> {
  const { dryRun = false, force = false, home } = options;
  if (given.trim() === '') throw new PerdureError('usage', 'The folder has no name; name the one to write to.');
  const folder = resolve(rim.cwd, given);
  const files = planFiles(folder, home === undefined ? undefined : resolve(rim.cwd, home));
  const foreign = files.filter(({ change }) => change === 'foreign').map(({ path }) => path);
  if (foreign.length > 0 && !force) throw notOurs(foreign);
  const written = files.filter(({ change }) => change !== 'kept');
  if (!dryRun) {
    if (written.length > 0) makeFolder(folder);
    for (const { path, text } of written) {
      replaceFile(path, text, { mode: 0o755 });
      chmodSync(path, 0o755);
    }
  }
  const data = { dry_run: dryRun, files: written.map(({ path, change }) => ({ path, change })) };
  printData(rim, options, data, () =>
    [
      ...written.map(({ path, change }) => `${change === 'foreign' ? 'forced' : change}  ${path}`),
      written.length === 0
        ? 'Nothing to do.'
        : dryRun
          ? 'Nothing was written: this was a dry run.'
          : 'They call `perdure`, which has to be on PATH.',
    ].join('\n'),
  );
  return 0;
}

function planFiles(folder: string, home: string | undefined): readonly PlannedFile[] {
  return (Object.keys(scripts) as ScriptName[]).map((name) => {
    const path = join(folder, scripts[name].script.program);
    const text = path.endsWith('.sh') ? shellText(name, home) : pythonText(name, home);
    const found = readIfAny(path);
    if (found === undefined) return { path, text, change: 'create' };
    if (found === text) return { path, text, change: 'kept' };
    return { path, text, change: found.includes(mark) ? 'update' : 'foreign' };
  });
}

function notOurs([first = '', ...others]: readonly string[]): PerdureError {
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  const message = `${first}${rest} was written by somebody else and nothing was overwritten; move it away, or use --force.`;
  return new PerdureError('conflict', message, { details: { files: [first, ...others] } });
}

function readIfAny(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function wordsOf(name: ScriptName, home: string | undefined): readonly string[] {
  return ['perdure', 'compat', name, ...(home === undefined ? [] : ['--home', home])];
}

const missing = 'perdure is not on PATH: add the folder of its command to PATH, and try again.';

/** A JSON text is a literal of Python too. */
function pythonText(name: ScriptName, home: string | undefined): string {
  return [
    '#!/usr/bin/env python3',
    `# ${mark}: \`perdure compat ${name}\` under the name that skills call.`,
    'import os, sys',
    'try:',
    `    os.execvp("perdure", ${JSON.stringify(wordsOf(name, home))} + sys.argv[1:])`,
    'except FileNotFoundError:',
    `    sys.exit(${JSON.stringify(missing)})`,
    '',
  ].join('\n');
}

function shellText(name: ScriptName, home: string | undefined): string {
  const words = wordsOf(name, home).map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
  return [
    '#!/bin/sh',
    `# ${mark}: \`perdure compat ${name}\` under the name that skills call.`,
    `command -v perdure >/dev/null || { echo '${missing}' >&2; exit 1; }`,
    `exec ${words.join(' ')} "$@"`,
    '',
  ].join('\n');
}
