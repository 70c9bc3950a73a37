import {
  defineTool,
  PerdureError,
  type ToolCall,
  type ToolEffect,
  type ToolResult,
  type ToolUndoAttempt,
} from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Lend, LendRequest } from '../src/steps/tool-port.ts';
import { Harness } from './harness.ts';
import { pipeline } from './support.ts';

const token = 'canary-5cf1a2';
const calling = pipeline(async (ctx) => await ctx.tool('probe', { n: 1 }, { key: 'call' }));

const hide = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(token, '[secret github]')) as T;

/** Lends the canary, unless it is told not to. */
function createVault() {
  const asked: LendRequest[] = [];
  const state = { ended: 0, missing: false };
  const lend: Lend = async (request) => {
    asked.push(request);
    if (state.missing) {
      return { kind: 'refused', error: new PerdureError('config_invalid', 'Nothing called "github" was granted.') };
    }
    return { kind: 'lent', secrets: { values: { github: token }, hide, end: () => (state.ended += 1) } };
  };
  return { asked, state, lend };
}

type Run = (call: ToolCall) => Promise<ToolResult<unknown>>;

function wanting(effect: ToolEffect, run: Run, more: object = {}) {
  const tool = { id: 'probe', description: 'd', input: z.any(), output: z.any(), effect, secrets: ['github'] };
  return defineTool({ ...tool, run: async (_input, call) => await run(call), ...more }) as never;
}

const ours = (secret: unknown) =>
  new PerdureError('step_failed', `no: ${String(secret)}`, { details: { deep: [secret] } });

const fine: Run = async () => ({ success: true, data: 1 });

/** All that the database holds, as one text. */
function recordOf({ database }: Harness): string {
  const tables = ['runs', 'steps', 'events', 'waits', 'blobs'];
  return JSON.stringify(tables.map((table) => database.sqlite.prepare(`SELECT * FROM ${table}`).all()));
}

const failing = (undo: (attempt: ToolUndoAttempt) => unknown) =>
  pipeline(async (ctx) => {
    await ctx.tool('probe', {}, { key: 'call', undo: (_result, attempt) => undo(attempt) });
    throw new Error('over');
  });

describe('the undo of a call of a tool that wants a secret', () => {
  it('is given it by a lease of its own, for as long as a try lasts', async () => {
    const vault = createVault();
    const during: unknown[] = [];
    const undo = ({ secrets, attempt }: ToolUndoAttempt) => {
      during.push([secrets, attempt, vault.state.ended]);
      if (attempt === 1) throw new Error('once more');
    };
    await using harness = await Harness.open([failing(undo)]);
    harness.replaceWorker({ lend: vault.lend });
    harness.equip(wanting('once', fine));
    const id = await harness.start('subject');
    await harness.until(id, 'failed');
    expect(during).toEqual([
      [{ github: token }, 1, 1],
      [{ github: token }, 2, 2],
    ]);
    expect(vault.asked.map(({ stepKey, tool }) => [stepKey, tool])).toEqual([
      ['call', 'probe'],
      ['undo/call', 'probe'],
      ['undo/call', 'probe'],
    ]);
    expect(vault.state.ended).toBe(3);
    expect(harness.steps(id).at(-1)).toMatchObject({ key: 'undo/call', status: 'done' });
  });

  it.each([
    ['an error', ({ secrets }: ToolUndoAttempt) => Promise.reject(new Error(`401 ${secrets['github']}`))],
    ['an error of ours', ({ secrets }: ToolUndoAttempt) => Promise.reject(ours(secrets['github']))],
    ['a text', ({ secrets }: ToolUndoAttempt) => Promise.reject(secrets['github'] as never)],
  ])('leaves nothing of it in the record where it throws it as %s', async (_what, undo) => {
    const vault = createVault();
    await using harness = await Harness.open([failing(undo)]);
    harness.replaceWorker({ lend: vault.lend });
    harness.equip(wanting('idempotent', fine));
    const id = await harness.start('subject');
    const run = await harness.until(id, 'failed');
    expect(run.error).toContain('[secret github]');
    expect(recordOf(harness)).not.toContain(token);
    expect(vault.state.ended).toBe(4);
  });

  it('fails with the reason where it cannot be had, and the run ends and names what is still there', async () => {
    const vault = createVault();
    let undone = 0;
    await using harness = await Harness.open([failing(() => (undone += 1))]);
    harness.replaceWorker({ lend: vault.lend });
    harness.equip(wanting('once', async () => ((vault.state.missing = true), { success: true, data: 1 })));
    const id = await harness.start('subject');
    const run = await harness.until(id, 'failed');
    expect(run.error).toContain('Not taken back: call (Nothing called');
    expect(undone).toBe(0);
  });

  it('of a tool that wants none is given none, and asks nobody', async () => {
    const vault = createVault();
    const during: unknown[] = [];
    await using harness = await Harness.open([failing(({ secrets }) => during.push(secrets))]);
    harness.replaceWorker({ lend: vault.lend });
    harness.equip(wanting('once', fine, { secrets: [] }));
    await harness.until(await harness.start('subject'), 'failed');
    expect([during, vault.asked]).toEqual([[{}], []]);
  });
});

describe('a tool that wants a secret', () => {
  it('is given it for the call, by a lease that names run, step and tool, and ends with it', async () => {
    const vault = createVault();
    await using harness = await Harness.open([calling]);
    harness.replaceWorker({ lend: vault.lend });
    const during: unknown[] = [];
    harness.equip(
      wanting('once', async ({ secrets }) => {
        during.push(secrets, vault.state.ended);
        return { success: true, data: 1 };
      }),
    );
    const id = await harness.start('subject');
    await harness.finished(id);
    expect(during).toEqual([{ github: token }, 0]);
    expect(vault.state.ended).toBe(1);
    const wanted = [{ name: 'github', reference: 'github' }];
    expect(vault.asked).toMatchObject([{ tool: 'probe', fingerprint: 'f1', wanted, runId: id, stepKey: 'call' }]);
  });

  it.each<[string, ToolEffect, Run]>([
    ['returns it', 'once', async ({ secrets }) => ({ success: true, data: { deep: [`x ${secrets['github']}`] } })],
    ['fails with it', 'once', async ({ secrets }) => ({ success: false, errorMessage: `no: ${secrets['github']}` })],
    ['throws it', 'pure', async ({ secrets }) => await Promise.reject(new Error(`bad ${secrets['github']}`))],
    ['throws it, once', 'once', async ({ secrets }) => await Promise.reject(new Error(`bad ${secrets['github']}`))],
    ['returns it as no result', 'pure', async ({ secrets }) => secrets as never],
    [
      'returns it by a toJSON',
      'pure',
      async ({ secrets }) => ({ success: true, data: { toJSON: () => secrets['github'] } }),
    ],
  ])('that %s leaves nothing of it in the record', async (_what, effect, run) => {
    const vault = createVault();
    await using harness = await Harness.open([calling]);
    harness.replaceWorker({ lend: vault.lend });
    harness.equip(wanting(effect, run));
    const id = await harness.start('subject');
    await harness.until(id, 'completed', 'failed', 'needs_attention');
    expect(vault.asked).toHaveLength(1);
    expect(recordOf(harness)).not.toContain(token);
  });

  it.each(['pure', 'idempotent', 'once'] as const)(
    'that is %s and cannot have it stops the run before it is begun, and is called once when that is mended',
    async (effect) => {
      const vault = createVault();
      await using harness = await Harness.open([calling]);
      harness.replaceWorker({ lend: vault.lend });
      vault.state.missing = true;
      let calls = 0;
      harness.equip(wanting(effect, async () => ((calls += 1), { success: true, data: 1 })));
      const id = await harness.start('subject');
      const run = await harness.until(id, 'needs_attention');
      expect(JSON.parse(run.error ?? '')).toMatchObject({
        code: 'config_invalid',
        message: 'Nothing called "github" was granted. Then resume the run.',
        details: { stepKey: 'call', tool: 'probe' },
      });
      expect([harness.steps(id), calls]).toEqual([[], 0]);
      vault.state.missing = false;
      await harness.order(id, 'resume');
      await harness.finished(id);
      expect([calls, vault.state.ended]).toEqual([1, 1]);
    },
  );

  it('that is over asks for none when its record is passed over', async () => {
    const vault = createVault();
    await using harness = await Harness.open([
      pipeline(async (ctx) => {
        await ctx.tool('probe', {}, { key: 'call' });
        await ctx.sleep('nap', 1_000);
      }),
    ]);
    harness.replaceWorker({ lend: vault.lend });
    harness.equip(wanting('pure', fine));
    const id = await harness.start('subject');
    await harness.settle();
    vault.state.missing = true;
    harness.replaceWorker({ lend: vault.lend });
    await harness.finished(id);
    expect(vault.asked).toHaveLength(1);
  });

  it('T1: that was interrupted is given it again, under the same step', async () => {
    const vault = createVault();
    await using harness = await Harness.open([calling]);
    harness.replaceWorker({ lend: vault.lend });
    const hanging = { isOn: true };
    harness.equip(
      wanting('idempotent', async () => {
        if (hanging.isOn) await new Promise(() => undefined);
        return { success: true, data: 1 };
      }),
    );
    const id = await harness.start('subject');
    await harness.settle();
    hanging.isOn = false;
    harness.replaceWorker({ lend: vault.lend });
    await harness.engine.wake(id);
    await harness.finished(id);
    expect(vault.asked.map(({ stepKey }) => stepKey)).toEqual(['call', 'call']);
  });

  it('T2: of which nobody knows whether it took effect is looked up with the secret, else a person is told why not', async () => {
    const vault = createVault();
    await using harness = await Harness.open([calling]);
    harness.replaceWorker({ lend: vault.lend });
    const seen: unknown[] = [];
    const verify = async (_input: unknown, { secrets }: ToolCall) => {
      seen.push(secrets['github']);
      return { outcome: 'done', data: `found with ${secrets['github']}` };
    };
    let calls = 0;
    const hang: Run = async () => ((calls += 1), await new Promise<never>(() => undefined));
    harness.equip(wanting('once', hang, { verify }));
    const id = await harness.start('subject');
    await harness.settle();
    vault.state.missing = true;
    harness.replaceWorker({ lend: vault.lend });
    await harness.engine.wake(id);
    const stopped = await harness.until(id, 'needs_attention');
    expect(stopped.error).toContain('could not be looked up: Nothing called');
    expect(harness.wait(id)).toMatchObject({ purpose: 'outcome', answer: null });
    vault.state.missing = false;
    await harness.order(id, 'resume');
    const run = await harness.finished(id);
    expect([run.status, run.output, seen, calls]).toEqual(['completed', '"found with [secret github]"', [token], 1]);
    expect(vault.state.ended).toBe(1);
  });

  it('is not begun where the run was paused while the secret was asked for, and the lease ends', async () => {
    const vault = createVault();
    await using harness = await Harness.open([calling]);
    const asking = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    harness.replaceWorker({
      lend: async (request) => {
        begun.resolve();
        await asking.promise;
        return await vault.lend(request);
      },
    });
    let calls = 0;
    harness.equip(wanting('once', async () => ((calls += 1), { success: true, data: 1 })));
    const id = await harness.start('subject');
    await begun.promise;
    await harness.order(id, 'pause');
    await harness.advance(2_000);
    asking.resolve();
    await harness.until(id, 'paused');
    expect([calls, vault.state.ended, harness.steps(id)]).toEqual([0, 1, []]);
  });

  it('stops the run where nobody lends any', async () => {
    await using harness = await Harness.open([calling]);
    harness.equip(wanting('pure', fine));
    const run = await harness.until(await harness.start('subject'), 'needs_attention');
    expect(run.error).toContain('nobody lends any here');
  });
});
