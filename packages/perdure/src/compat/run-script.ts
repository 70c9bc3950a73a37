/**
 * `perdure compat <script>`: runs it as the original would. What it prints goes to stdout; what is wrong is a sentence
 * on stderr, with exit code 2 where the command line is at fault, and 1 for everything else.
 */

import { isPerdureError } from '@perdure/contract';
import { systemFailure } from '../cli/system-failure.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { parseLine } from './argument-parser.ts';
import { openCall, optionsOf } from './call.ts';
import { scripts, type ScriptName } from './scripts.ts';
import { helpPage, usageLine } from './usage.ts';

export async function runScript(
  rim: Rim,
  name: ScriptName,
  { words, home }: { readonly words: readonly string[]; readonly home: string | undefined },
): Promise<number> {
  const { script, load } = scripts[name];
  const line = parseLine(script, words);
  if (line.kind === 'help') {
    rim.stdout.write(`${helpPage(script, line.command)}\n`);
    return 0;
  }
  if (line.kind === 'wrong') {
    const program = line.command === '' ? script.program : `${script.program} ${line.command}`;
    rim.stderr.write(`${usageLine(script, line.command)}\n`);
    return wrongly(rim, `${program}: error: ${line.message}`);
  }
  const say = (sentence: string) => void rim.stderr.write(`${printable(sentence)}\n`);
  try {
    const { command, values } = line;
    using call = await openCall(rim, { options: optionsOf(rim, home), command, values, say });
    const answer = await (await load())(call);
    if (typeof answer !== 'string') return wrongly(rim, `${script.program}: error: ${answer.wrong}`);
    rim.stdout.write(`${answer}\n`);
    return 0;
  } catch (thrown) {
    const error = systemFailure(thrown);
    if (!isPerdureError(error)) throw thrown;
    say(error.message);
    return 1;
  }
}

function wrongly({ stderr }: Rim, sentence: string): number {
  stderr.write(`${printable(sentence)}\n`);
  return 2;
}
