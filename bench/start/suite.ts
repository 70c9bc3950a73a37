/** Coming up: the command line, the whole product, what it holds when idle, and coming back after a kill. */

import type { Suite } from '../suite.ts';
import { makeTempHome } from '../temp-home.ts';
import { measureColdStart } from './cold-start.ts';
import { measureCommandLine } from './command-line.ts';
import { startInstance } from './instance.ts';
import { measureIdleMemory } from './memory.ts';
import { measureRecovery } from './recovery.ts';

export const measureStart: Suite = async (say) => {
  say('the command line');
  const commandLine = measureCommandLine();
  say('perdure up, on fresh state roots');
  const coldStart = await measureColdStart();
  using home = makeTempHome();
  await using instance = await startInstance(home.path, { demoModel: false });
  say('idle memory');
  const memory = await measureIdleMemory(instance);
  say('kill -9 of the worker, 50 runs in flight');
  return [...commandLine, coldStart, ...memory, await measureRecovery(instance)];
};
