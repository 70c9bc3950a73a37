/**
 * Random sequences of what people, models, tools, clocks and crashes do to runs, held against a model after every
 * command. Prints its seed, and on a failure the smallest sequence found; `PERDURE_SEED=<seed>` repeats it.
 */

import { propertySeed } from '@perdure/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { commands, starts } from './run-model-commands.ts';
import { RunModel } from './run-model.ts';
import { World } from './run-model-world.ts';

const seed = propertySeed(20_260_720);

it('keeps its promises in 600 random sequences of up to 40 commands', async () => {
  process.stdout.write(`run model: seed ${seed}\n`);
  // One record for many sequences: opening it is what costs. One that failed is not used again.
  let world = await World.open();
  const more = fc.commands([commands], { maxCommands: 39, size: 'max' });
  const sequence = fc.asyncProperty(starts, more, async (first, others) => {
    world.begin();
    const model = new RunModel(world);
    try {
      await fc.asyncModelRun(() => ({ model, real: world }), [first, ...others]);
      expect(await model.finish(world)).toEqual([]);
    } catch (error) {
      await world[Symbol.asyncDispose]().catch(() => undefined);
      world = await World.open();
      throw error;
    }
  });
  await fc.assert(sequence, { numRuns: 600, seed }).finally(() => world[Symbol.asyncDispose]());
}, 300_000);
