/** What the command line adds to the start of Node itself: agents call it hundreds of times. */

import { perdureCommand, requireBuild, timeCommand } from '../command.ts';
import type { Figure } from '../figures.ts';
import { median } from '../statistics.ts';
import { makeTempHome } from '../temp-home.ts';

const samples = 30;
const warmUps = 3;

export function measureCommandLine(): readonly Figure[] {
  requireBuild();
  using home = makeTempHome();
  const commands = {
    node: () => timeCommand(process.execPath, ['-e', '0']).ms,
    version: () => timeCommand(perdureCommand, ['--version']).ms,
    // The version is answered before anything is loaded; this is what any other command costs that asks no server.
    explain: () => timeCommand(perdureCommand, ['config', 'explain', '--home', home.path]).ms,
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
