/**
 * What a durable step costs, on the product's own worker: latency and throughput against bare Restate, long runs, and
 * other writers.
 */

import type { Suite } from '../suite.ts';
import { makeTempHome } from '../temp-home.ts';
import { compareLatency } from './latency.ts';
import { measureStepGrowth, measureWake } from './long-run.ts';
import { measureOtherWriter } from './other-writer.ts';
import { startStack } from './stack.ts';
import { compareThroughput } from './throughput.ts';

export const measureSteps: Suite = async (say) => {
  using home = makeTempHome();
  await using stack = await startStack(home.path, { peer: true });
  const { client } = stack;
  say('ten steps, one run at a time');
  const latency = await compareLatency(client);
  say('ten steps, 50 runs in flight');
  const throughput = await compareThroughput(client);
  say('a run of 5,000 steps');
  const longRun = [await measureStepGrowth(client), await measureWake(client)];
  say('another process that writes');
  return [latency, throughput, ...longRun, await measureOtherWriter(client)];
};
