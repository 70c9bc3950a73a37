/**
 * Runs one command line and answers its exit code. Nothing below calls `process.exit`, so whatever is still being
 * written gets out, and a test can run any command line in its own process.
 */

import { PerdureError } from '@perdure/contract';
import type { Command, CommanderError } from 'commander';
import { reportFailure } from './failure.ts';
import { nearestWord } from '../text/near-words.ts';
import { createProgram, type CommandTable } from './program.ts';
import type { Rim } from './rim.ts';
import { harmlessSink } from '../text/harmless-sink.ts';

export async function runCli(argv: readonly string[], given: Rim, table: CommandTable): Promise<number> {
  const rim = withHarmlessStreams(given);
  // Read before parsing: an error of parsing itself must already be rendered as asked.
  const ours = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv;
  const options = { json: ours.includes('--json'), debug: ours.includes('--debug') };
  let exitCode = 0;
  const program = createProgram(rim, { ...table, words: argv, setExitCode: (code) => (exitCode = code) });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    const failure = usageFailure(error, program, ours);
    if (failure === 'help' || failure === 'no-verb') return failure === 'help' ? 0 : 2;
    return reportFailure(rim, failure, { ...options, command: commandNamed(program, ours) });
  }
}

/** No command can forget it: a model's words in any view, an error or a log are words and no orders to the terminal. */
function withHarmlessStreams(rim: Rim): Rim {
  const stdout = harmlessSink(rim.env, () => rim.stdout);
  const stderr = harmlessSink(rim.env, () => rim.stderr);
  return Object.create(rim, { stdout: { value: stdout }, stderr: { value: stderr } }) as Rim;
}

/** The command that the first words name, as it is typed. */
function commandNamed(command: Command, [word, ...rest]: readonly string[]): string {
  const child = command.commands.find((each) => each.name() === word);
  return child === undefined ? command.name() : `${command.name()} ${commandNamed(child, rest)}`;
}

/**
 * Where a noun does something by itself, commander takes a misspelt verb for an argument of that: the sentence of
 * another error, that nobody understands.
 */
function misspeltVerb(command: Command, [word, ...rest]: readonly string[]): string | undefined {
  if (word === undefined || word.startsWith('-') || command.commands.length === 0) return undefined;
  const names = command.commands.map((each) => each.name());
  if (names.includes(word)) return misspeltVerb(command.commands[names.indexOf(word)]!, rest);
  const guess = nearestWord(word, names);
  return `Unknown command '${word}'.${guess === undefined ? '' : ` Did you mean \`${guess}\`?`}`;
}

/** What commander throws, as an error of the catalogue; anything else as it is. */
function usageFailure(error: unknown, program: Command, words: readonly string[]): unknown {
  if (!isCommanderError(error)) return error;
  const misspelt = error.code === 'commander.excessArguments' ? misspeltVerb(program, words) : undefined;
  if (misspelt !== undefined) return new PerdureError('usage', misspelt, { cause: error });
  if (error.code === 'commander.helpDisplayed' || error.code === 'commander.version') return 'help';
  if (error.code === 'commander.help') return error.exitCode === 0 ? 'help' : 'no-verb';
  return new PerdureError('usage', usageSentence(error.message), { cause: error });
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('commander.');
}

/** `error: unknown command 'rn'\n(Did you mean run?)` becomes one sentence. */
function usageSentence(message: string): string {
  const [first = '', suggestion] = message.replace(/^error: /, '').split('\n');
  const sentence = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/, '')}.`;
  const guess = suggestion === undefined ? undefined : /^\(Did you mean (?:one of )?([^,?]+)/.exec(suggestion)?.[1];
  return guess === undefined ? sentence : `${sentence} Did you mean \`${guess}\`?`;
}
