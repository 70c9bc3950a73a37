/**
 * A program that takes the text on its standard input, without a shell. It ends with 0 once it has delivered; anything
 * else means that it has not, and it is called again.
 */

import { tmpdir } from 'node:os';
import { cleanLine } from '../core/report-text.ts';
import type { SendOutcome } from '../core/outbox.ts';
import { runArgv, type RunResult } from '../evidence/run-argv.ts';
import { maskSecrets, secretsOf, type Environment } from '../evidence/secrets.ts';
import { nothingElse, senderEnvironment } from './child-env.ts';
import type { Send } from './message.ts';

const tailBytes = 2_000;
const longestComplaint = 300;

export const sendByCommand: Send<'command'> = async (message, { argv, cwd }, world) => {
  const [program = '', ...args] = argv;
  const env = senderEnvironment(world.env, nothingElse, {
    PERDURE_REPORT_KEY: message.id,
    PERDURE_REPORT_REASON: message.reason,
    PERDURE_REPORT_TASK: message.taskId,
  });
  const { timeoutMs } = world;
  const result = await runArgv([program, ...args], { cwd, env, timeoutMs, tailBytes, input: `${message.text}\n` });
  return outcomeOf(result, { program, timeoutMs, env: world.env });
};

interface Ran {
  readonly program: string;
  readonly timeoutMs: number;
  readonly env: Environment;
}

export function outcomeOf(result: RunResult, ran: Ran): SendOutcome {
  const { program, timeoutMs } = ran;
  if (result.kind === 'not-started') {
    return { kind: 'failed', why: `${cleanLine(program, 100)} cannot be started (${result.errorCode})` };
  }
  if (result.timedOut) return { kind: 'unknown', why: `it took longer than ${timeoutMs / 1000} s and was ended` };
  if (result.exitCode === null) return { kind: 'unknown', why: 'somebody killed it' };
  if (result.exitCode === 0) return { kind: 'sent' };
  return { kind: 'failed', why: `it ended with ${result.exitCode}${complaint(result.tail, ran.env)}` };
}

/** The last line of what it said, without secrets. */
function complaint(tail: Buffer, env: Environment): string {
  const [last = ''] = maskSecrets(tail, secretsOf(env)).toString('utf8').trim().split('\n').slice(-1);
  const line = cleanLine(last, longestComplaint);
  return line === '' ? '' : `: ${line}`;
}

/** Where a program is started that works on no files of ours. */
export const nowhere = tmpdir();
