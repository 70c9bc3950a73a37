import { definePipeline, defineTool, type DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Harness } from './harness.ts';
import { openWithAgents, PlayedModel, loaded, type Said } from './agent-harness.ts';
const pipeline = (run: (ctx: DurableContext) => Promise<unknown>, id = 'subject') =>
  definePipeline({ id, description: 'd', input: z.any(), output: z.any(), run });
const done: Said = { answer: { answer: 'done' } };
async function fork(harness: Harness, runId: string, stepKey: string) {
  const outcome = await harness.intake.fork({
    id: harness.newId(),
    runId,
    stepKey,
    actor: 'owner',
    at: harness.clock.now(),
  });
  if (!('runId' in outcome)) throw new Error(outcome.kind);
  await harness.engine.wake(outcome.runId);
  return outcome.runId;
}
describe('fork, hard cases', () => {
  it('a fork from a call of an agent keeps the turn that asked for it', async () => {
    const calls: unknown[] = [];
    const count = loaded(
      defineTool({
        id: 'count',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'once',
        run: async (i) => {
          calls.push(i);
          return { success: true as const, data: 1 };
        },
      }),
    );
    const model = new PlayedModel((r, n) =>
      r.messages.some((m) => m.role === 'tool')
        ? done
        : {
            tools: [
              ['count', { a: n }],
              ['count', { b: n }],
            ],
          },
    );
    await using harness = await openWithAgents([pipeline((ctx) => ctx.agent('helper', {}))], model, { tools: [count] });
    const id = await harness.start('subject');
    await harness.finished(id);
    const copy = await fork(harness, id, 'helper/turn-1/count-2');
    const run = await harness.until(copy, 'waiting', 'completed', 'needs_attention', 'failed');
    expect([run.status, calls.length, model.requests.length]).toEqual(['completed', 3, 3]);
  });
});
