/**
 * The command table: names, arguments, help. Each command's module is imported when it runs and not before, so that a command pays
 * only for itself.
 */

import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { declareDefinitions } from '../definitions/declare.ts';
import { declareInstance } from '../instance/declare.ts';
import { declareForTools } from '../tasks/declare-mcp.ts';
import { declareRuns, sampleRun } from '../runs/declare.ts';
import { declareWaits } from '../waits/declare.ts';
import { examples, familiesFor, type Declaration, type Family } from './declaration.ts';
import { declareTasks } from '../tasks/declare.ts';
import type { Rim } from './rim.ts';

/** Widest help page, whatever the terminal. */
const helpColumns = 100;

export const families: readonly Family<(declaration: Declaration) => void>[] = [
  { names: ['up', 'down', 'status', 'key', 'init', 'config'], declare: declareInstance },
  { names: ['run', 'runs'], declare: declareRuns },
  { names: ['waits'], declare: declareWaits },
  { names: ['agents', 'pipelines', 'tools'], declare: declareDefinitions },
  { names: ['task'], declare: declareTasks },
  { names: ['mcp', 'skills'], declare: declareForTools },
];

/** `setExitCode` receives what the command that ran answers. Only what `words` may mean is declared; without them, everything. */
export function createProgram(rim: Rim, setExitCode: (code: number) => void, words: readonly string[] = []): Command {
  const program = new Command('perdure')
    .description('Durable agents on your own machines: finished work is never paid for twice.')
    .version(packageJson.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ subcommandTerm })
    .configureOutput({
      writeOut: (text) => rim.stdout.write(text),
      writeErr: (text) => rim.stderr.write(text),
      // Errors of usage are rendered where all others are.
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(rim.stdout.columns ?? helpColumns, helpColumns),
      getErrHelpWidth: () => Math.min(rim.stderr.columns ?? helpColumns, helpColumns),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', examples('perdure up', sampleRun));
  const declaration: Declaration = {
    program,
    rim,
    words,
    run:
      (command) =>
      async (...given) =>
        setExitCode(await command(...given)),
  };
  for (const declare of familiesFor(families, words[0])) declare(declaration);
  return program;
}

/** Without `[options]`, which every command has. */
function subcommandTerm(command: Command): string {
  const names = command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  return [command.name(), ...names].join(' ');
}
