/**
 * The tools and the agent of the run model, as one worker has them: each call and each turn is a job that the model
 * ends.
 */

import { compact, defineTool, PerdureError, type Json, type ToolCall, type ToolDefinition } from '@perdure/contract';
import { z } from 'zod';
import type { ModelTurn } from '@perdure/models';
import { createSchemaChecks } from '@perdure/schema-check';
import { type Outages } from '@perdure/models';
import { createAgentCaller } from '@perdure/worker/agents';
import type { AgentCaller } from '../src/steps/step-port.ts';
import { allowedTools, offerOf } from '@perdure/worker/tools';
import { agentText, parse } from '@perdure/worker/testing';
import { loaded } from './agent-harness.ts';
import type { Mortal } from './mortal-worker.ts';
import type { Job, JobEnd, Jobs } from './run-model-jobs.ts';

/** The worker whose code this is. */
export interface Hands {
  readonly worker: number;
  readonly mortal: Mortal;
  readonly jobs: Jobs;
  /** By run: the fence of the worker's last drive. */
  readonly fences: ReadonlyMap<string, number>;
  /** Whether the model can be asked at all. */
  readonly isModelUp: () => boolean;
  readonly outages: Outages;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** `id`: `<run>/<key>` of the step that the job is done for. */
export function jobOf(
  { worker, fences }: Hands,
  { id, ...what }: Pick<Job, 'kind' | 'tool'> & { readonly id: string },
): Job {
  const [runId = '', ...key] = id.split('/');
  return { ...what, runId, key: key.join('/'), worker, fence: fences.get(runId) ?? 0 };
}

/** Does a job, as long as its worker lives. */
export async function done(hands: Hands, job: Parameters<typeof jobOf>[1], signal?: AbortSignal): Promise<JobEnd> {
  return await hands.mortal.around('effect', () => hands.jobs.work(jobOf(hands, job), signal));
}

export function toolsOf(hands: Hands): readonly ToolDefinition<{ n: number }, number>[] {
  const tool = (id: string, more: Pick<ToolDefinition, 'effect' | 'confirm'> & { readonly verifies?: boolean }) =>
    defineTool({
      id,
      description: 'd',
      input: z.object({ n: z.int() }),
      output: z.int(),
      effect: more.effect,
      confirm: more.confirm === true,
      run: async ({ n }, { idempotencyKey }) => {
        const { how } = await done(hands, { kind: 'tool', id: idempotencyKey, tool: id });
        if (how === 'broken') throw new Error('connection reset');
        return how === 'badly' ? { success: false, errorMessage: 'no' } : { success: true, data: n };
      },
      ...compact({
        verify:
          more.verifies === true ? async ({ n }: { n: number }, call: ToolCall) => verified(n, call, id) : undefined,
      }),
    });
  const verified = async (n: number, { idempotencyKey }: ToolCall, id: string) => {
    const { how } = await done(hands, { kind: 'verify', id: idempotencyKey, tool: id });
    if (how === 'broken') return { outcome: 'unknown' as const };
    return how === 'badly' ? { outcome: 'not_done' as const } : { outcome: 'done' as const, data: n };
  };
  return [
    tool('look', { effect: 'pure' }),
    tool('note', { effect: 'idempotent' }),
    tool('pay', { effect: 'once' }),
    tool('wire', { effect: 'once', confirm: true }),
    tool('check', { effect: 'once', verifies: true }),
  ];
}

export const modelName = 'default/played';
/** Short, so that a sequence sees it end. */
const modelPatienceMs = 150_000;

/** Calls the one agent there is, `helper`. */
export function agentsOf(hands: Hands): AgentCaller {
  return createAgentCaller({
    check: createSchemaChecks().check,
    loadAgent: () => Promise.resolve(helper),
    offer: (id) => offers.find((offer) => offer.id === id),
    turn: turnOf(hands),
    retry: { outages: hands.outages, patienceMs: modelPatienceMs, random: () => 0, now: hands.now },
    nameOf: () => modelName,
    defaultModel: 'played',
    contextOf: () => 100_000,
  });
}

/** What an agent may ask for in one turn. */
const wishes: readonly (readonly (readonly [tool: string, input: Json])[])[] = [
  [['look', { n: 1 }]],
  [
    ['look', { n: 2 }],
    ['look', { n: 3 }],
  ],
  [['pay', { n: 1 }]],
  [['wire', { n: 1 }]],
  [['check', { n: 1 }]],
  [
    ['note', { n: 1 }],
    ['pay', { n: 2 }],
  ],
];

function turnOf(hands: Hands): ModelTurn {
  return async ({ idempotencyKey, signal }) => {
    const id = idempotencyKey.replace(/(?<=turn-\d+)\/.*$/, '');
    if (!hands.isModelUp()) return await away(hands, id);
    const { how, pick } = await done(hands, { kind: 'turn', id }, signal);
    if (how === 'broken') throw new PerdureError('model_unavailable', 'The model does not answer.');
    const asked = how === 'more' ? (wishes[pick % wishes.length] ?? []) : [];
    const toolRequests = asked.map(([tool, input], n) => ({ id: `call-${n + 1}`, tool, arguments: input }));
    const text = how === 'well' ? '{"answer":"done"}' : '';
    return {
      message: {
        role: 'assistant',
        content: text,
        ...compact({ toolRequests: asked.length > 0 ? toolRequests : undefined }),
      },
      text,
      toolRequests,
      ending: asked.length > 0 ? 'tool-calls' : 'answered',
      model: 'played',
      asked: modelName,
      notes: [],
      latencyMs: 1,
    };
  };
}

/** A request that nobody answers. */
async function away(hands: Hands, id: string): Promise<never> {
  await hands.mortal.around('effect', () => void hands.jobs.begin(jobOf(hands, { kind: 'turn', id })));
  const details = { asked: modelName, away: true };
  throw new PerdureError('model_unavailable', 'The model cannot be reached.', { details });
}

/** The agent and its offers are the same for all workers; the tools here are never run. */
const known = toolsOf(undefined as never).map((tool) => loaded(tool));
const offers = known.map((tool) => offerOf(tool));
const helper = helperAgent();

function helperAgent() {
  const list = known.map(({ entry }) => entry.id).join(', ');
  const text = agentText({ frontMatter: `name: helper\ndescription: Helps.\ntools: [${list}]\nmaxTurns: 12` });
  const parsed = parse(text, allowedTools(known));
  if (parsed.kind === 'refused') throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return { ...parsed.agent, hash: 'hash-of-helper' };
}
