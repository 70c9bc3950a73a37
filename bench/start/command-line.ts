/** What the command line adds to the start of Node itself: agents call it hundreds of times. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';
import { perdureCommand } from './instance.ts';

const samples = 30;
const warmUps = 3;

export function measureCommandLine(): readonly Figure[] {
  if (!existsSync(join(perdureCommand, '../../dist/cli.js'))) {
    throw new PerdureError('not_found', 'There is no built command line to measure; run `npm run build` first.');
  }
  using home = makeTempHome();
  const commands = {
    node: () => timeCommand(process.execPath, ['-e', '0']),
    version: () => timeCommand(perdureCommand, ['--version']),
    // The version is answered before anything is loaded; this is what any other command costs that asks no server.
    explain: () => timeCommand(perdureCommand, ['config', 'explain', '--home', home.path]),
  };
  const rounds = Array.from({ length: warmUps + samples }, () => ({
    node: commands.node(),
    version: commands.version(),
    explain: commands.explain(),
  })).slice(warmUps);
  const middle = (command: keyof typeof commands) => median(rounds.map((round) => round[command]));
  const against = (command: 'version' | 'explain', words: string) => ({
    value: middle(command) / middle('node'),
    unit: 'x' as const,
    note: `perdure ${words} ${middle(command).toFixed(1)} ms, node -e 0 ${middle('node').toFixed(1)} ms, medians of ${samples}`,
  });
  return [
    { id: 'cli-version', ...against('version', '--version'), target: { atMost: 1.6 } },
    { id: 'cli-command', ...against('explain', 'config explain') },
  ];
}

function timeCommand(command: string, words: readonly string[]): number {
  const { PERDURE_SOURCE: _source, ...env } = process.env;
  const from = performance.now();
  const { status } = spawnSync(command, words, { env, stdio: 'ignore' });
  const ms = performance.now() - from;
  if (status !== 0) throw new PerdureError('internal', `${command} ${words.join(' ')} ended with ${status}.`);
  return ms;
}
