/** What a pipeline delegates, carried to a member in the hub and back. */

import type { DurableContext } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createWorld, filledIn, hour, type Death, type World } from './world.ts';

const schema = z.object({ found: z.int() });
const delegating = async (ctx: DurableContext) =>
  await ctx.delegate('agent', 'Count the lamps.', { key: 'look', schema, timeoutMs: hour });

const outputOf = ({ row }: World, runId: string) => JSON.parse(String(row(runId)['output'])) as Record<string, unknown>;
const own = (text: string) => ({ content: expect.stringContaining(text), metadata: { senderHandle: 'owner' } });

describe('what is delegated', () => {
  it('is said to the member once, with all that a return needs, and its return ends the wait', async () => {
    const world = await createWorld(delegating);
    const { start, server, talk, reply, rested } = world;
    const runId = await start();
    const perdure = server();
    await perdure.look();
    await perdure.look();
    await server().look();
    const [brief, ...more] = await talk();
    expect(more).toEqual([]);
    if (brief === undefined) throw new Error('nothing was said');
    expect(brief).toMatchObject({ intent: 'delegation', metadata: { senderHandle: 'owner' } });
    for (const part of ['Count the lamps.', runId, 'goal_status: ', '"found"', 'It waits until ']) {
      expect(brief.content).toContain(part);
    }
    const returned = await reply(brief, `Here it is.\n\n${filledIn(brief.content, { json: { found: 3 } })}`);
    perdure.hear(returned);
    await perdure.look();
    await rested(runId, 'completed');
    expect(outputOf(world, runId)).toEqual({
      outcome: 'done',
      by: 'agent',
      text: 'Looked everywhere.',
      output: { found: 3 },
      nextRole: 'main',
    });
    expect(await talk()).toHaveLength(2);
  });

  it('is not done where the member says so, whatever data is missing', async () => {
    const world = await createWorld(delegating);
    const runId = await world.start();
    await world.server().look();
    const [brief] = await world.talk();
    if (brief === undefined) throw new Error('nothing was said');
    await world.reply(
      brief,
      filledIn(brief.content, { tag: 'need_user', goal: 'blocked', role: 'user', body: 'Dark.' }),
    );
    await world.server().look();
    await world.rested(runId, 'completed');
    const ended = { outcome: 'not_done', by: 'agent', text: 'Dark.', goalStatus: 'blocked', nextRole: 'user' };
    expect(outputOf(world, runId)).toEqual(ended);
  });

  it.each([
    ['of another shape', { json: { found: 'three' } }, 'output.found'],
    ['that is no JSON', { json: '{found: 3}' }, 'is no JSON'],
    ['that is missing', {}, 'output'],
    ['of a goal that there is not', { goal: 'perfect', json: { found: 3 } }, 'invalid goal_status'],
  ])('is asked for again where it has an output %s, and the next one counts', async (_name, bad, why) => {
    const world = await createWorld(delegating);
    const { server, talk, reply, start, rested } = world;
    const runId = await start();
    await server().look();
    const [brief] = await talk();
    if (brief === undefined) throw new Error('nothing was said');
    await reply(brief, filledIn(brief.content, bad));
    await server().look();
    await server().look();
    const hints = (await talk()).slice(2);
    expect(hints).toMatchObject([own(why)]);
    expect(hints[0]).toMatchObject({ threadRootId: brief.id, intent: 'delegation' });
    await reply(brief, filledIn(brief.content, { json: { found: 4 } }));
    await server().look();
    await rested(runId, 'completed');
    expect(outputOf(world, runId)).toMatchObject({ output: { found: 4 } });
    expect(world.events(runId, 'return.late')).toEqual([]);
  });

  it('hears an answer in its thread that is no return, hints three times, and passes over talk beside it', async () => {
    const world = await createWorld(delegating);
    const { server, talk, reply, start } = world;
    await start();
    const perdure = server();
    await perdure.look();
    const [brief] = await talk();
    if (brief === undefined) throw new Error('nothing was said');
    perdure.hear(await reply(brief, 'By the way, good morning.'));
    await perdure.look();
    expect(await talk()).toHaveLength(2);
    for (let round = 1; round <= 5; round += 1) {
      perdure.hear(await reply(brief, `Done, round ${round}.`, { threadRootId: brief.id }));
      await perdure.look();
    }
    const hints = (await talk()).filter(({ metadata }) => metadata.senderHandle === 'owner').slice(1);
    expect(hints).toHaveLength(3);
    await server().look();
    expect((await talk()).filter(({ metadata }) => metadata.senderHandle === 'owner')).toHaveLength(4);
  });

  it('asks a member whose model has failed again when it may be back', async () => {
    const world = await createWorld(delegating);
    const { server, talk, reply, start, advance } = world;
    await start();
    const perdure = server();
    await perdure.look();
    const [brief] = await talk();
    if (brief === undefined) throw new Error('nothing was said');
    perdure.hear(await reply(brief, 'Error: overloaded', { threadRootId: brief.id, intent: 'error' }));
    await perdure.look();
    expect(await talk()).toHaveLength(2);
    await advance(60_000);
    await perdure.look();
    expect((await talk()).slice(2)).toMatchObject([own('Your last turn has failed.')]);
  });

  it('is over when its time is up: the member is told once, and what it returns then is kept and not applied', async () => {
    const world = await createWorld(delegating);
    const { server, talk, reply, start, rested, advance, events } = world;
    const runId = await start();
    await server().look();
    await advance(hour);
    await rested(runId, 'completed');
    expect(outputOf(world, runId)).toEqual({ outcome: 'timed_out' });
    await server().look();
    await server().look();
    const [brief, ...more] = await talk();
    expect(more).toMatchObject([own('The time for this is up')]);
    if (brief === undefined) throw new Error('nothing was said');
    await advance(1_000);
    const late = await reply(brief, filledIn(brief.content, { json: { found: 3 } }));
    await server().look();
    await server().look();
    expect(events(runId, 'return.late')).toMatchObject([{ key: 'look', message: late.id }]);
    expect(outputOf(world, runId)).toEqual({ outcome: 'timed_out' });
  });

  it('is over when the run is cancelled, and the member is told', async () => {
    const world = await createWorld(delegating);
    const { server, talk, start, rested, options, clock, engine } = world;
    const runId = await start();
    await server().look();
    const order = { orderId: 'o', runId, order: 'cancel', actor: 'owner', at: clock.now() } as const;
    await options.intake.order(order);
    await engine.wake(runId);
    await rested(runId, 'cancelled');
    await server().look();
    await server().look();
    expect((await talk()).slice(1)).toMatchObject([own('The run that asked for this has ended.')]);
  });

  it('is not said while its run is paused, and never where the run ends before', async () => {
    const world = await createWorld(delegating);
    const { server, talk, start, rested, options, clock, engine } = world;
    const runId = await start();
    const order = async (kind: 'pause' | 'cancel') => {
      await options.intake.order({ orderId: kind, runId, order: kind, actor: 'owner', at: clock.now() });
      await engine.wake(runId);
    };
    await order('pause');
    await rested(runId, 'paused');
    await server().look();
    expect(await talk()).toEqual([]);
    await order('cancel');
    await rested(runId, 'cancelled');
    await server().look();
    expect(await talk()).toEqual([]);
  });

  it('may be answered by a person, and the member is told that it is', async () => {
    const world = await createWorld(delegating);
    const { server, talk, start, rested, owner } = world;
    const runId = await start();
    await server().look();
    const { body } = await owner('GET', `/api/v1/waits?run=${runId}`);
    const [wait] = body.data as readonly { readonly id: string; readonly purpose: string }[];
    expect(wait).toMatchObject({ purpose: 'delegation', context: { to: 'agent' } });
    const json = { answer: { outcome: 'done', text: 'I know.', output: { found: 7 } } };
    expect((await owner('POST', `/api/v1/waits/${wait?.id}/answer`, { json })).status).toBe(200);
    await rested(runId, 'completed');
    expect(outputOf(world, runId)).toMatchObject({ by: 'owner', output: { found: 7 } });
    await server().look();
    expect((await talk()).slice(1)).toMatchObject([own('Somebody has answered this in your place.')]);
  });

  it.each([
    [
      'nobody has this name',
      async (ctx: DurableContext) => await ctx.delegate('nobody', 'Look.', { key: 'look' }),
      'nobody called nobody',
    ],
    [
      'the channel is not there',
      async (ctx: DurableContext) => await ctx.delegate('agent', 'Look.', { key: 'look', channel: 'none' }),
      'not in the channel none',
    ],
    [
      'it is the owner',
      async (ctx: DurableContext) => await ctx.delegate('owner', 'Look.', { key: 'look' }),
      'the owner gives errands',
    ],
  ])('fails in a sentence where %s', async (_name, run, why) => {
    const world = await createWorld(run);
    const runId = await world.start();
    await world.server().look();
    await world.rested(runId, 'failed');
    expect(JSON.parse(String(world.row(runId)['error']))).toMatchObject({
      code: 'not_found',
      message: expect.stringContaining(why),
    });
  });

  it('is said in the channel that was named, where others may read it', async () => {
    let channelId = '';
    const world = await createWorld(
      async (ctx) => await ctx.delegate('agent', 'Look.', { key: 'look', channel: channelId }),
    );
    const memberIds = [world.agent.principal.id];
    const made = await world.owner('POST', '/api/v1/channels', { json: { kind: 'group', name: 'Camp', memberIds } });
    channelId = (made.body.data as { readonly id: string }).id;
    const runId = await world.start();
    await world.server().look();
    const [brief] = await world.said(channelId);
    if (brief === undefined) throw new Error('nothing was said');
    await world.reply(brief, filledIn(brief.content));
    await world.server().look();
    await world.rested(runId, 'completed');
    expect(outputOf(world, runId)).toMatchObject({ outcome: 'done', output: null });
  });

  it('takes nothing from anybody but the member', async () => {
    let channelId = '';
    const world = await createWorld(
      async (ctx) => await ctx.delegate('agent', 'Look.', { key: 'look', channel: channelId }),
    );
    const memberIds = [world.agent.principal.id, world.other.principal.id];
    const made = await world.owner('POST', '/api/v1/channels', { json: { kind: 'group', name: 'Camp', memberIds } });
    channelId = (made.body.data as { readonly id: string }).id;
    const runId = await world.start();
    await world.server().look();
    const [brief] = await world.said(channelId);
    if (brief === undefined) throw new Error('nothing was said');
    await world.reply(brief, filledIn(brief.content), { threadRootId: brief.id }, world.other);
    await world.server().look();
    expect([world.row(runId)['status'], (await world.said(channelId)).length]).toEqual(['waiting', 2]);
  });
});

const sides = ['before', 'after'] as const;

describe('a server that dies while it carries what is delegated', () => {
  it('P3: says it once and takes its return once, wherever it dies', { timeout: 120_000 }, async () => {
    const world = await createWorld(delegating);
    const { start, server, talk, reply, rested, events } = world;
    /** One run from its start to its end, with servers that die; the calls that the first of each kind made. */
    const trial = async (death: Death | undefined) => {
      const before = (await talk()).length;
      const runId = await start();
      const first = server(death);
      await first.look();
      await server().look();
      const [brief, ...others] = (await talk()).slice(before);
      expect(others, JSON.stringify(death)).toEqual([]);
      if (brief === undefined) throw new Error('nothing was said');
      await reply(brief, filledIn(brief.content, { json: { found: 3 } }));
      const second = server(death);
      await second.look();
      await server().look();
      // As the sweep does, where the one that took it could tell the engine no more (R5).
      await world.engine.wake(runId);
      await rested(runId, 'completed');
      expect(outputOf(world, runId), JSON.stringify(death)).toMatchObject({ by: 'agent', output: { found: 3 } });
      await server().look();
      expect((await talk()).slice(before), JSON.stringify(death)).toHaveLength(2);
      expect(events(runId, 'wait.answered')).toHaveLength(1);
      expect(events(runId, 'return.late')).toEqual([]);
      return Math.max(first.calls(), second.calls());
    };
    const calls = await trial(undefined);
    expect(calls).toBeGreaterThanOrEqual(5);
    for (let call = 1; call <= calls; call += 1) for (const side of sides) await trial({ side, call });
  });
});
