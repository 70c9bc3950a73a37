/** `perdure hooks install`, `remove` and `list`: entries in the settings of Claude Code, and nothing else in them. */

import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { assertInside, writeInside } from '../skills/inside.ts';
import { commandFolder } from '../cli/command-folder.ts';
import { entryOf, hookEventNames, type HookEvent } from './entries.ts';
import { installedHooks, withHooks, withoutHooks, type SettingsChange } from './settings-text.ts';

export interface HooksOptions extends CommonOptions {
  readonly user?: boolean;
  readonly project?: boolean;
  readonly dryRun?: boolean;
}

export async function installHooks(rim: Rim, options: HooksOptions): Promise<number> {
  const program = join(commandFolder(), 'perdure');
  const entryLines = (event: HookEvent) => [`  ${event}: ${JSON.stringify(entryOf(event, program))}`];
  return await change(rim, options, { changeOf: (text) => withHooks(text, program), entryLines });
}

export async function removeHooks(rim: Rim, options: HooksOptions): Promise<number> {
  return await change(rim, options, { changeOf: withoutHooks, entryLines: () => [] });
}

export async function listHooks(rim: Rim, options: CommonOptions): Promise<number> {
  const files = [await settingsFile(rim, {}), await settingsFile(rim, { user: true })];
  const data = files.map(({ path, base }) => ({ settings: path, events: eventsIn(path, readSettings(base, path)) }));
  printData(rim, options, data, () =>
    data
      .map(({ settings, events }) => `${settings}: ${events.length === 0 ? 'none of ours' : events.join(', ')}`)
      .join('\n'),
  );
  return 0;
}

interface Wanted {
  readonly changeOf: (text: string | undefined) => SettingsChange;
  /** What is written for an event, for a dry run. */
  readonly entryLines: (event: HookEvent) => readonly string[];
}

async function change(rim: Rim, options: HooksOptions, { changeOf, entryLines }: Wanted): Promise<number> {
  const { base, path } = await settingsFile(rim, options);
  const changed = changeOf(readSettings(base, path));
  if (changed.kind === 'refused') throw refusal(path, changed.problem);
  const dryRun = options.dryRun === true;
  if (changed.kind === 'changed' && !dryRun) writeInside(base, path, changed.text);
  const events = changed.kind === 'changed' ? changed.events : [];
  printData(rim, options, { settings: path, dry_run: dryRun, events }, () => {
    if (changed.kind === 'same') return 'Nothing to do.';
    const head = `${path}: ${events.join(', ')}`;
    if (!dryRun) return head;
    // Not the file: what else is in it may be a secret.
    return [head, ...events.flatMap(entryLines), 'Nothing was written: this was a dry run.'].join('\n');
  });
  return 0;
}

interface SettingsFile {
  /** Nothing is written outside of it. */
  readonly base: string;
  readonly path: string;
}

/**
 * For one person: the command is named by its place on this machine, so of a project it is the file that is not
 * committed.
 */
async function settingsFile(rim: Rim, options: HooksOptions): Promise<SettingsFile> {
  if (options.user === true) return { base: rim.homedir, path: join(rim.homedir, '.claude/settings.json') };
  const base = await findProjectFolder(rim, options);
  return { base, path: join(base, '.claude/settings.local.json') };
}

function readSettings(base: string, path: string): string | undefined {
  assertInside(base, path);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isFile()) throw refusal(path, 'it is a link, or no file');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) throw refusal(path, 'it is not in UTF-8');
    throw error;
  }
}

function eventsIn(path: string, text: string | undefined): readonly string[] {
  try {
    return installedHooks(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal(path, `it is not plain JSON (${error.message})`);
    throw error;
  }
}

function refusal(path: string, problem: string): PerdureError {
  const program = join(commandFolder(), 'perdure');
  const entries = Object.fromEntries(hookEventNames.map((event) => [event, [entryOf(event, program)]]));
  const message = `${path} was left as it is: ${problem}; mend it, or put these hooks in by hand: ${JSON.stringify(entries)}`;
  return new PerdureError('conflict', message, { details: { path } });
}
