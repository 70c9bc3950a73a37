/** A chat that an OpenClaw gateway reaches: by `openclaw message send`, which has no flag for a key. */

import type { Delivery } from '@perdure/contract';
import { runArgv } from '../evidence/run-argv.ts';
import { senderEnvironment } from './child-env.ts';
import { nowhere, outcomeOf } from './command.ts';
import type { Send } from './message.ts';

const tailBytes = 4_000;
/** Its own settings: which configuration, which gateway. */
const ownVariables = /^OPENCLAW_/;
/** Words by which it says that it stopped waiting: the message may be out. */
const mayBeOut = /timed?[ -]?out|socket hang up|ECONNRESET|gateway closed|connection closed/i;

export function openclawArgv(
  { channel, target, account }: Omit<Extract<Delivery, { readonly method: 'openclaw' }>, 'method'>,
  text: string,
): readonly [string, ...string[]] {
  const whose = account === undefined ? [] : ['--account', account];
  return [
    'openclaw',
    'message',
    'send',
    '--channel',
    channel,
    '--target',
    target,
    ...whose,
    '--message',
    text,
    '--json',
  ];
}

export const sendByOpenclaw: Send<'openclaw'> = async (message, delivery, world) => {
  const env = senderEnvironment(world.env, ownVariables, {});
  const { timeoutMs } = world;
  const argv = openclawArgv(delivery, message.text);
  const result = await runArgv(argv, { cwd: nowhere, env, timeoutMs, tailBytes });
  const outcome = outcomeOf(result, { program: 'openclaw', timeoutMs, env: world.env });
  const isInDoubt = result.kind === 'ended' && outcome.kind === 'failed' && mayBeOut.test(result.tail.toString('utf8'));
  return isInDoubt ? { kind: 'unknown', why: outcome.why } : outcome;
};
