/**
 * `task_install_tick_cron.sh`: the sweep in this account's crontab. It is a program of the shell, and reads its command
 * line so: the first word counts, and how often is in the environment.
 */

import { isPerdureError } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import { cron } from '../tasks/cron.ts';
import type { Call, Wrong } from './call.ts';

export async function cronEntry({ rim, tasks, values }: Call): Promise<string | Wrong> {
  const every = minutesOf(rim.env['INTERVAL_SEC'] ?? '60');
  if (every === undefined) return { wrong: 'INTERVAL_SEC must be a positive multiple of 60.' };
  const apply = values['apply'] === true;
  const printed: string[] = [];
  const quiet = Object.create(rim, { stdout: { value: { write: (text: string) => printed.push(text) } } }) as Rim;
  const options = { json: true, home: tasks.place.paths.root, every, apply, print: !apply };
  try {
    await cron(quiet, options);
  } catch (error) {
    if (isPerdureError(error, 'usage')) return { wrong: error.message };
    throw error;
  }
  const { data } = JSON.parse(printed.join('')) as { readonly data: { readonly entry: string } };
  return apply ? `Installed cron entry: ${data.entry}` : data.entry;
}

function minutesOf(seconds: string): number | undefined {
  const minutes = Number(seconds) / 60;
  return /^\d+$/.test(seconds) && Number.isInteger(minutes) && minutes > 0 ? minutes : undefined;
}
