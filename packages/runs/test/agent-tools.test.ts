import { defineTool, type ToolEffect } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createShippedTools } from '@perdure/worker/tools';
import { asking, done, loaded, openWithAgents, PlayedModel, type Said } from './agent-harness.ts';
import type { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const uses = (...tools: (readonly [string, Record<string, number | string>])[]): Said => ({ tools });

/** Adds one to a number; notes with which key. */
function counter(effect: ToolEffect = 'pure') {
  const keys: string[] = [];
  const tool = defineTool({
    id: 'count',
    description: 'Adds one.',
    input: z.object({ n: z.int() }),
    output: z.int(),
    effect,
    run: async ({ n }, { idempotencyKey }) => {
      keys.push(idempotencyKey);
      return n < 0 ? { success: false, errorMessage: 'too small' } : { success: true, data: n + 1 };
    },
  });
  return { keys, tool: loaded(tool) };
}

const keysOf = (harness: Harness, id: string) => harness.steps(id).map(({ key }) => key);

describe('an agent with tools', () => {
  it('is told what its calls gave, and each call is a step below the turn that asked for it', async () => {
    const { keys, tool } = counter();
    const model = new PlayedModel((_request, n) => (n === 0 ? uses(['count', { n: 4 }], ['count', { n: 7 }]) : done));
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    expect((await harness.finished(id)).output).toBe('{"answer":"done"}');
    expect(keysOf(harness, id)).toEqual([
      'helper',
      'helper/turn-1',
      'helper/turn-1/count-1',
      'helper/turn-1/count-2',
      'helper/turn-2',
    ]);
    expect(model.texts(1).slice(1)).toEqual(['', '5', '8']);
    expect(keys).toEqual([`${id}/helper/turn-1/count-1`, `${id}/helper/turn-1/count-2`]);
  });

  it('never sees a key of ours', async () => {
    const { keys, tool } = counter('idempotent');
    const model = new PlayedModel((_request, n) => (n === 0 ? uses(['count', { n: 4 }]) : done));
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    await harness.finished(id);
    expect(keys).toHaveLength(1);
    for (const { instructions, messages, tools } of model.requests) {
      const seen = JSON.stringify({ instructions, messages, tools });
      for (const secret of [...keys, id, 'turn-1']) expect(seen).not.toContain(secret);
    }
  });

  it('reads failures, refusals and mistakes of its own as values, and goes on', async () => {
    const { keys, tool } = counter();
    const model = new PlayedModel((_request, n) =>
      n === 0 ? uses(['count', { n: -1 }], ['count', { n: 'four' }], ['rm -rf', {}], ['shell', {}]) : done,
    );
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    harness.equip({ ...counter('once').tool.tool, id: 'shell' });
    const id = await harness.start('subject');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(keys).toHaveLength(1);
    const [, , small, four, unknown, notGranted] = model.texts(1);
    expect(small).toBe('{"error":"too small"}');
    expect(four).toContain('arguments are not valid');
    expect(unknown).toContain('no tool \\"rm -rf\\" for you; you have count');
    expect(notGranted).toContain('no tool \\"shell\\"');
    expect(keysOf(harness, id)).toContain('helper/turn-1/unknown-tool-3');
  });

  it('is not asked again for a turn that is recorded when the worker dies in a tool call', async () => {
    let isHanging = true;
    let runs = 0;
    const slow = defineTool({
      id: 'slow',
      description: 'd',
      input: z.object({}),
      output: z.string(),
      effect: 'idempotent',
      run: async () => {
        runs += 1;
        if (isHanging) await new Promise(() => undefined);
        return { success: true, data: 'at last' };
      },
    });
    const model = new PlayedModel((_request, n) => (n === 0 ? uses(['slow', {}]) : done));
    await using harness = await openWithAgents([asking], model, { tools: [loaded(slow)] });
    const id = await harness.start('subject');
    await harness.settle();
    isHanging = false;
    harness.replaceWorker();
    await harness.engine.wake(id);
    expect((await harness.finished(id)).status).toBe('completed');
    expect([model.requests.length, runs]).toEqual([2, 2]);
  });

  it('must answer in its last turn, and has used up its turns if it does not', async () => {
    const { tool } = counter();
    const model = new PlayedModel((_request, n) => uses(['count', { n }]));
    await using harness = await openWithAgents([asking], model, { tools: [tool], agent: 'maxTurns: 3' });
    const id = await harness.start('subject');
    const run = await harness.finished(id);
    expect(JSON.parse(run.error ?? '')).toMatchObject({ code: 'turns_exhausted', details: { stepKey: 'helper' } });
    expect(model.requests.map(({ mustAnswer }) => mustAnswer)).toEqual([false, false, true]);
  });

  it('goes on with its calls kept when a failed run is retried: only turns behind the last call are asked again', async () => {
    const { keys, tool } = counter('once');
    let isHelpful = false;
    const model = new PlayedModel(({ messages }) => {
      if (!messages.some(({ role }) => role === 'tool')) return uses(['count', { n: 1 }]);
      return isHelpful ? done : { answer: 'no JSON object' };
    });
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    expect(JSON.parse((await harness.finished(id)).error ?? '').code).toBe('contract_broken');
    expect(model.requests).toHaveLength(4);
    isHelpful = true;
    await harness.intake.retry({ runId: id, actor: 'owner', at: harness.clock.now() });
    await harness.engine.wake(id);
    expect((await harness.finished(id)).status).toBe('completed');
    expect([keys.length, model.requests.length]).toEqual([1, 5]);
  });

  it('asks a person by ask-human, parked for days, and is told the answer', async () => {
    const tools = createShippedTools({ enabled: new Set(), version: '0' }).filter(
      ({ entry }) => entry.id === 'ask-human',
    );
    const model = new PlayedModel((_request, n) => (n === 0 ? uses(['ask-human', { question: 'Which city?' }]) : done));
    await using harness = await openWithAgents([asking], model, { tools });
    const id = await harness.start('subject');
    await harness.until(id, 'waiting');
    expect(harness.wait(id)).toMatchObject({ question: 'Which city?', purpose: 'question' });
    await harness.advance(3 * 86_400_000);
    harness.replaceWorker();
    await harness.answer(harness.wait(id).id, 'Oslo');
    expect((await harness.finished(id)).status).toBe('completed');
    expect(model.texts(1).at(-1)).toBe('"Oslo"');
    expect(model.requests).toHaveLength(2);
  });

  it('is given large outputs shortened, which the turn tells, while the record keeps them whole', async () => {
    const big = defineTool({
      id: 'fetch',
      description: 'd',
      input: z.object({ n: z.int() }),
      output: z.string(),
      effect: 'pure',
      run: async ({ n }) => ({ success: true, data: `${n}`.repeat(5_000_000) }),
    });
    const model = new PlayedModel((_request, n) => (n < 3 ? uses(['fetch', { n }]) : done));
    await using harness = await openWithAgents([asking], model, { tools: [loaded(big)], contextTokens: 10_000 });
    const id = await harness.start('subject');
    expect((await harness.finished(id)).status).toBe('completed');
    for (const [index] of model.requests.entries()) expect(model.texts(index).join('').length).toBeLessThan(40_000);
    expect(model.texts(1).at(-1)).toContain('00000');
    const turn = harness.steps(id).find(({ key }) => key === 'helper/turn-2');
    expect(JSON.parse(turn?.detail ?? '').leftOut).toEqual(['call-1']);
    const blobs = harness.database.sqlite.prepare('SELECT length(body) AS n FROM blobs').all();
    expect(blobs.map(({ n }) => Number(n) > 5_000_000)).toEqual([true, true, true]);
  });
});

describe('an agent that goes round in circles', () => {
  it('is stopped before it makes the same call for the third time in a row, and goes on when it is told what to do', async () => {
    const { keys, tool } = counter('idempotent');
    const model = new PlayedModel(({ messages }) =>
      messages.some(({ content }) => content.includes('Stop counting')) ? done : uses(['count', { n: 1 }]),
    );
    await using harness = await openWithAgents([asking], model, { tools: [tool], agent: 'maxTurns: 50' });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'needs_attention');
    expect(JSON.parse(run.error ?? '').code).toBe('no_progress');
    expect(keys).toHaveLength(2);
    await harness.steer(id, 'Stop counting.');
    await harness.settle();
    expect(harness.run(id).status).toBe('needs_attention');
    await harness.order(id, 'resume');
    expect((await harness.finished(id)).status).toBe('completed');
    // The call that had been asked for is made; the next turn is told.
    expect(keys).toHaveLength(3);
  });

  it('is stopped when six calls in a row told nothing new, however they alternate', async () => {
    const { keys, tool } = counter();
    const model = new PlayedModel((_request, n) => uses(['count', { n: n % 2 }]));
    await using harness = await openWithAgents([asking], model, { tools: [tool], agent: 'maxTurns: 50' });
    const id = await harness.start('subject');
    expect(JSON.parse((await harness.until(id, 'needs_attention')).error ?? '').code).toBe('no_progress');
    expect(keys).toHaveLength(8);
  });

  it('is left alone while its calls tell something new', async () => {
    let builds = 0;
    const poll = defineTool({
      id: 'poll',
      description: 'd',
      input: z.object({ of: z.string() }),
      output: z.int(),
      effect: 'pure',
      run: async () => ({ success: true, data: (builds += 1) }),
    });
    const model = new PlayedModel((_request, n) => (n < 20 ? uses(['poll', { of: n % 2 === 0 ? 'a' : 'b' }]) : done));
    await using harness = await openWithAgents([asking], model, { tools: [loaded(poll)], agent: 'maxTurns: 50' });
    expect((await harness.finished(await harness.start('subject'))).status).toBe('completed');
  });

  it('is cancelled within two seconds, and what was armed is undone', async () => {
    const undone: string[] = [];
    const tick = defineTool({
      id: 'tick',
      description: 'd',
      input: z.object({ n: z.int() }),
      output: z.int(),
      effect: 'pure',
      run: ({ n }) =>
        new Promise((resolve) => harnessOf.clock.after(300, () => resolve({ success: true, data: n + 1 }))),
    });
    const endless = pipeline(async (ctx) => {
      await ctx.step('book', () => 'booked', { undo: () => void undone.push('book') });
      return await ctx.agent('helper', {});
    });
    const model = new PlayedModel((_request, n) => uses(['tick', { n }]));
    const harnessOf = await openWithAgents([endless], model, { tools: [loaded(tick)], agent: 'maxTurns: 50' });
    await using harness = harnessOf;
    const id = await harness.start('subject');
    await harness.advance(3_000);
    expect(harness.run(id).status).toBe('running');
    await harness.order(id, 'cancel');
    await harness.advance(2_000);
    expect(harness.run(id).status).toBe('cancelled');
    expect(undone).toEqual(['book']);
  });
});

describe('an agent with tools, hard cases', () => {
  it('a question of blanks is an answer to the model', async () => {
    const tools = createShippedTools({ enabled: new Set(), version: '0' });
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['ask-human', { question: '  ' }]] } : done));
    await using harness = await openWithAgents([asking], model, {
      tools: tools.filter((t) => t.tool.id === 'ask-human'),
    });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'waiting', 'failed');
    if (run.status === 'needs_attention') {
      await harness.order(id, 'resume');
      await harness.settle();
    }
    expect(run.status).toBe('completed');
  });

  it('data that is not JSON is a failure for the agent', async () => {
    const tool = loaded(
      defineTool({
        id: 'big',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'idempotent',
        run: async () => ({ success: true as const, data: { n: 1n } }),
      }),
    );
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['big', {}]] } : done));
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('an input schema that throws tells the model', async () => {
    const tool = loaded(
      defineTool({
        id: 'get',
        description: 'd',
        input: z.object({ url: z.string().refine((u) => new URL(u).protocol === 'https:') }),
        output: z.any(),
        effect: 'pure',
        run: async () => ({ success: true as const, data: 1 }),
      }),
    );
    const model = new PlayedModel((_r, n) => (n === 0 ? { tools: [['get', { url: 'nonsense' }]] } : done));
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    const run = await harness.until(id, 'completed', 'needs_attention', 'failed');
    expect(run.status).toBe('completed');
  });

  it('a thousand calls in one turn do not all run at once', async () => {
    let now = 0;
    let peak = 0;
    const tool = loaded(
      defineTool({
        id: 'look',
        description: 'd',
        input: z.any(),
        output: z.any(),
        effect: 'pure',
        run: async () => {
          now += 1;
          peak = Math.max(peak, now);
          await new Promise((r) => setImmediate(r));
          now -= 1;
          return { success: true as const, data: 1 };
        },
      }),
    );
    const model = new PlayedModel((_r, n) =>
      n === 0 ? { tools: Array.from({ length: 1000 }, (_, i) => ['look', { i }] as const) } : done,
    );
    await using harness = await openWithAgents([asking], model, { tools: [tool] });
    const id = await harness.start('subject');
    for (let i = 0; i < 100 && harness.run(id).status !== 'completed'; i += 1) await harness.settle();
    expect(peak).toBeLessThan(100);
  });

  it('arguments nested deep are an answer to the model', async () => {
    for (const depth of [500, 1500, 3000, 6000]) {
      let deep: unknown = 1;
      for (let i = 0; i < depth; i += 1) deep = [deep];
      const tool = loaded(
        defineTool({
          id: 'look',
          description: 'd',
          input: z.object({ a: z.any() }),
          output: z.any(),
          effect: 'pure',
          run: async () => ({ success: true as const, data: 1 }),
        }),
      );
      const model = new PlayedModel((_r, i) => (i === 0 ? { tools: [['look', { a: deep as never }]] } : done));
      await using harness = await openWithAgents([asking], model, { tools: [tool] });
      const id = await harness.start('subject');
      await harness.until(id, 'completed', 'needs_attention', 'failed');
    }
  });

  it('a giant name does not go into error and events', async () => {
    const model = new PlayedModel(() => ({ tools: [['x'.repeat(1_000_000), {}]] }));
    await using harness = await openWithAgents([asking], model, {});
    const id = await harness.start('subject');
    const run = await harness.until(id, 'needs_attention', 'completed', 'failed');
    const sizes = {
      error: run.error?.length,
      events: harness.events(id).reduce((n, e) => n + e.data.length, 0),
      details: harness.steps(id).map((s) => s.detail?.length ?? 0),
    };
    expect(sizes.error).toBeLessThan(10_000);
  });
});
