/** `perdure task cron`: the sweep as an entry of this account's crontab, where `perdure up` does not run. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { appendLine, ensureHome } from '@perdure/home';
import { commandFolder } from '../cli/command-folder.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { locatePlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { oneLine } from '../text/format.ts';
import { cronLine, withBlock, withoutBlock, type CronEntry } from './crontab.ts';

export interface CronOptions extends CommonOptions {
  readonly print?: boolean;
  readonly apply?: boolean;
  readonly remove?: boolean;
  readonly every: number;
}

export async function cron(rim: Rim, options: CronOptions): Promise<number> {
  const { print = false, apply = false, remove = false } = options;
  if ([print, apply, remove].filter(Boolean).length !== 1) {
    throw new PerdureError('usage', 'Say one of --print, --apply and --remove.');
  }
  const { paths } = locatePlace(rim, options);
  const entry = {
    program: join(commandFolder(), 'perdure'),
    root: paths.root,
    log: join(paths.logs, 'tick.log'),
    everyMinutes: options.every,
    path: rim.env['PATH'] ?? '/usr/bin:/bin',
  };
  const line = cronLine(entry);
  if (print) {
    printData(rim, options, { entry: line }, () => line);
    return 0;
  }
  const changed = remove ? removeFrom(rim, entry) : applyTo(rim, entry);
  printData(rim, options, { entry: line, applied: apply, changed }, () => saidOf({ apply, changed, line }));
  return 0;
}

function applyTo(rim: Rim, entry: CronEntry): boolean {
  ensureHome(entry.root);
  // It is there before cron writes into it.
  appendLine(entry.log, `${new Date(rim.now()).toISOString()} the crontab calls from now on`);
  return change(rim, (crontab) => withBlock(crontab, entry));
}

function removeFrom(rim: Rim, { root }: CronEntry): boolean {
  return change(rim, (crontab) => withoutBlock(crontab, root));
}

function saidOf({
  apply,
  changed,
  line,
}: {
  readonly apply: boolean;
  readonly changed: boolean;
  readonly line: string;
}) {
  if (!apply) return changed ? 'The crontab calls it no more.' : 'The crontab did not call it.';
  return `${changed ? 'The crontab calls it from now on' : 'The crontab calls it already'}: ${line}`;
}

/** Whether there was something to change. */
function change(rim: Rim, edit: (crontab: string) => string): boolean {
  const before = readCrontab(rim);
  const after = edit(before);
  if (after === before) return false;
  const written = callCrontab(rim, ['-'], after);
  if (written.status !== 0) throw refused('write', written.stderr);
  if (readCrontab(rim) !== after) {
    const message =
      'The crontab was changed by somebody else in the same moment; look at it with `crontab -l`, and try again.';
    throw new PerdureError('conflict', message);
  }
  return true;
}

function readCrontab(rim: Rim): string {
  const { status, stdout, stderr } = callCrontab(rim, ['-l']);
  if (status === 0) return stdout;
  // That there is none yet is no failure, and told in no other way.
  if (/no crontab/i.test(stderr)) return '';
  throw refused('read', stderr);
}

function callCrontab({ env }: Rim, args: readonly string[], input = '') {
  // Its words are looked at, so they must be those of no other language.
  const options = { env: { ...env, LC_ALL: 'C' }, input: Buffer.from(input, 'latin1'), maxBuffer: 16 * 1024 * 1024 };
  const { status, stdout, stderr, error } = spawnSync('crontab', args, options);
  if (error !== undefined) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'ENOENT'
        ? 'There is no crontab on this machine; install cron, leave it to `perdure up`, or call `perdure task tick` from a timer of your own.'
        : `crontab cannot be called (${code}); call \`perdure task tick\` from a timer of your own.`;
    throw new PerdureError('invalid_input', message);
  }
  return { status, stdout: stdout.toString('latin1'), stderr: stderr.toString() };
}

function refused(verb: 'read' | 'write', stderr: string): PerdureError {
  const why = oneLine(stderr, 200);
  return new PerdureError(
    'invalid_input',
    `crontab does not let this account ${verb} its entries (${why}); ask who runs the machine.`,
  );
}
