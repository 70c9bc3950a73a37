/** Tools that tests of tool calls call, and a worker that dies in a call. */

import { defineTool, type ToolCall, type ToolEffect } from '@perdure/contract';
import { z } from 'zod';
import type { Harness } from './harness.ts';
import { pipeline } from './support.ts';

/** A tool that notes each call and hangs in those that it is told to. */
export function probe(
  effect: ToolEffect,
  more: { readonly confirm?: boolean; readonly verify?: 'done' | 'not_done' } = {},
) {
  const calls: ToolCall[] = [];
  const hanging = { isOn: false };
  const definition = defineTool({
    id: 'probe',
    description: 'd',
    input: z.object({ n: z.int() }),
    output: z.object({ doubled: z.int() }),
    effect,
    confirm: more.confirm === true,
    run: async ({ n }, call) => {
      calls.push(call);
      if (hanging.isOn) await new Promise(() => undefined);
      return { success: true, data: { doubled: 2 * n } };
    },
    ...(more.verify !== undefined && {
      verify: async ({ n }) =>
        more.verify === 'done'
          ? { outcome: 'done' as const, data: { doubled: 2 * n } }
          : { outcome: 'not_done' as const },
    }),
  });
  return { definition, calls, hanging };
}

export const calling = pipeline(async (ctx) => await ctx.tool('probe', { n: 21 }, { key: 'call' }));

/** The worker dies while the tool runs; another one takes the run over. */
export async function interrupted(harness: Harness, hanging: { isOn: boolean }): Promise<string> {
  hanging.isOn = true;
  const id = await harness.start('subject');
  await harness.settle();
  hanging.isOn = false;
  harness.replaceWorker();
  await harness.engine.wake(id);
  await harness.settle();
  return id;
}

/** A `once` tool that takes anything, and notes the keys of its calls. */
export const probeTool = (log: string[], more: object = {}) =>
  defineTool({
    id: 'probe',
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once' as const,
    run: async (_i, call) => {
      log.push(call.idempotencyKey);
      return { success: true as const, data: 1 };
    },
    ...more,
  });

/** A tool that asks for an approval, and notes what it was called with. */
export const payTool = (calls: unknown[], more: object = {}) =>
  defineTool({
    id: 'pay',
    description: 'd',
    input: z.object({ n: z.int() }),
    output: z.any(),
    effect: 'once',
    confirm: true,
    run: async (input) => {
      calls.push(input);
      return { success: true, data: 1 };
    },
    ...more,
  });

/** A `once` tool that hangs in its calls until it is told otherwise. */
export function onceTool() {
  const s = { hang: true, calls: 0 };
  const tool = defineTool({
    id: 'probe',
    description: 'd',
    input: z.any(),
    output: z.any(),
    effect: 'once',
    run: async () => {
      s.calls += 1;
      if (s.hang) await new Promise(() => undefined);
      return { success: true as const, data: 1 };
    },
  });
  return { s, tool };
}
