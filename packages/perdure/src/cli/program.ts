/**
 * The program that a table of commands makes: names, arguments, help. Each command's module is imported when it runs
 * and not before, so that a command pays only for itself.
 */

import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { examples, familiesFor, type Declaration, type Family } from './declaration.ts';
import { refuseRepeats } from './options.ts';
import type { Sink } from '../text/sink.ts';
import { columnsOf } from '../text/width.ts';
import type { Rim } from './rim.ts';

/** Widest help page, whatever the terminal. */
const helpColumns = 100;

export interface CommandTable {
  readonly families: readonly Family<(declaration: Declaration) => void>[];
  /** Command lines that its help shows. */
  readonly samples: readonly string[];
}

export interface ProgramOptions extends CommandTable {
  /** The command line; only what it may mean is declared. Without words, everything. */
  readonly words?: readonly string[];
  /** Receives what the command that ran answers. */
  readonly setExitCode: (code: number) => void;
}

export function createProgram(rim: Rim, { families, samples, words = [], setExitCode }: ProgramOptions): Command {
  const program = new Command('perdure')
    .description('Durable agents on your own machines: finished work is never paid for twice.')
    .version(packageJson.version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .exitOverride()
    .configureHelp({ subcommandTerm, minWidthToWrap: 16 })
    .configureOutput({
      writeOut: (text) => rim.stdout.write(text),
      writeErr: (text) => rim.stderr.write(text),
      // Errors of usage are rendered where all others are.
      outputError: () => undefined,
      getOutHelpWidth: () => helpWidth(rim.env, rim.stdout),
      getErrHelpWidth: () => helpWidth(rim.env, rim.stderr),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText('after', examples(...samples));
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
  refuseRepeats(program);
  return program;
}

function helpWidth(env: Rim['env'], sink: Sink): number {
  return Math.min(columnsOf(env, sink) ?? helpColumns, helpColumns);
}

/** Without `[options]`, which every command has. */
function subcommandTerm(command: Command): string {
  const names = command.registeredArguments.map((each) => (each.required ? `<${each.name()}>` : `[${each.name()}]`));
  return [command.name(), ...names].join(' ');
}
