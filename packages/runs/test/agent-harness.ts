/**
 * A harness whose agents talk to a model that a test plays: everything but the model and the engine is the real thing.
 */

import { compact, type Json, type PipelineDefinition, type ToolDefinition } from '@perdure/contract';
import { z } from 'zod';
import type { ModelTurn, ModelTurnRequest } from '@perdure/models';
import { createGroupCommit, LockBudget } from '@perdure/db';
import { createOutages } from '@perdure/models/store';
import { createSchemaChecks } from '@perdure/schema-check';
import { noOutages, type Outages } from '@perdure/models';
import { createAgentCaller, type AgentDefinition, type RetryDeps } from '@perdure/worker/agents';
import { allowedTools, offerOf, type LoadedTool } from '@perdure/worker/tools';
import { agentText, parse } from '@perdure/worker/testing';
import type { Clock, Waker } from '../src/record/ports.ts';
import type { AgentCaller } from '../src/steps/step-port.ts';
import { Harness, type HarnessOptions } from './harness.ts';
import { pipeline } from './support.ts';

/** What the model says: an answer, or tools it wants. */
export type Said = { readonly answer: Json } | { readonly tools: readonly (readonly [tool: string, input: Json])[] };

/** The answer that ends a call of `helper`. */
export const done: Said = { answer: { answer: 'done' } };
/** A pipeline that asks the one agent there is. */
export const asking = pipeline((ctx) => ctx.agent('helper', { question: 'why?' }));

/** Plays the model: is given each request, and how many came before it. */
export type Model = (request: ModelTurnRequest, index: number) => Said | Promise<Said>;

export class PlayedModel {
  readonly requests: ModelTurnRequest[] = [];
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  readonly turn: ModelTurn = async (request) => {
    const index = this.requests.push(request) - 1;
    const said = await Promise.race([this.#model(request, index), aborted(request.signal)]);
    const toolRequests =
      'tools' in said ? said.tools.map(([tool, input], n) => ({ id: `call-${n + 1}`, tool, arguments: input })) : [];
    const text = 'answer' in said ? JSON.stringify(said.answer) : '';
    return {
      message: {
        role: 'assistant',
        content: text,
        ...compact({ toolRequests: toolRequests.length > 0 ? toolRequests : undefined }),
      },
      text,
      toolRequests,
      ending: toolRequests.length > 0 ? 'tool-calls' : 'answered',
      usage: { inputTokens: 10, outputTokens: 5 },
      model: 'played',
      asked: 'default/played',
      notes: [],
      latencyMs: 1,
    };
  };

  /** The texts of a request's messages, in order. */
  texts(index: number): readonly string[] {
    return (this.requests[index]?.messages ?? []).map(({ content }) => content);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new DOMException('aborted', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}

export interface AgentHarnessOptions extends HarnessOptions {
  readonly tools?: readonly LoadedTool[];
  /** Front matter of the one agent there is, `helper`. */
  readonly agent?: string;
  readonly contextTokens?: number;
  /** How long a step waits for a model that is away, in milliseconds; absent: not at all. */
  readonly patienceMs?: number;
  readonly nameOf?: (model: string) => string;
}

export async function openWithAgents(
  pipelines: readonly PipelineDefinition[],
  model: PlayedModel,
  options: AgentHarnessOptions = {},
): Promise<Harness> {
  const { tools = [] } = options;
  let outages = noOutages;
  const harness: Harness = await Harness.open(pipelines, {
    ...options,
    agents: agentsWith(model, options, {
      outages: {
        claim: (name) => outages.claim(name),
        noteAway: (name, note) => outages.noteAway(name, note),
        noteBack: (name) => outages.noteBack(name),
      },
      now: () => harness.clock.now(),
    }),
  });
  outages = outagesOf(harness);
  for (const { tool } of tools) harness.equip(tool);
  return harness;
}

/** The one agent there is, as a worker of its own has it. */
export function agentsWith(
  model: Pick<PlayedModel, 'turn'>,
  options: AgentHarnessOptions,
  { outages, now }: Pick<RetryDeps, 'outages' | 'now'>,
): AgentCaller {
  const { tools = [], agent = '', contextTokens = 100_000, patienceMs = 0, nameOf = (name) => name } = options;
  const offers = new Map(tools.map((tool) => [tool.entry.id, offerOf(tool)]));
  const helper = helperAgent(agent, tools);
  return createAgentCaller({
    check: createSchemaChecks().check,
    loadAgent: () => Promise.resolve(helper),
    turn: model.turn,
    retry: { outages, patienceMs, random: () => 0, now },
    nameOf,
    defaultModel: 'played',
    offer: (id) => offers.get(id),
    contextOf: () => contextTokens,
  });
}

/** The outages in the record of the harness, as one worker knows them. */
export function outagesOf(
  harness: Harness,
  { clock = harness.clock, waker }: { readonly clock?: Clock; readonly waker?: Waker } = {},
): Outages {
  return createOutages({
    database: harness.database,
    group: createGroupCommit(harness.database, { budget: new LockBudget({ burstMs: Infinity }) }),
    wake: (runId) => (waker ?? harness.engine).wake(runId),
    clock,
    random: () => 0,
  });
}

function helperAgent(frontMatter: string, tools: readonly LoadedTool[]): AgentDefinition {
  const list = `tools: [${tools.map(({ entry }) => entry.id).join(', ')}]`;
  const text = agentText({ frontMatter: `name: helper\ndescription: Helps.\n${list}\n${frontMatter}` });
  const parsed = parse(text, allowedTools(tools));
  if (parsed.kind === 'refused') throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return { ...parsed.agent, hash: 'hash-of-helper' };
}

/** A tool of a test, as the worker would have loaded it. */
export function loaded<I, O>(definition: ToolDefinition<I, O>): LoadedTool {
  const tool = { ...(definition as ToolDefinition), kind: 'function' } as const;
  const { id, description, effect, confirm = false } = tool;
  const schemas = { input: z.toJSONSchema(tool.input), output: z.toJSONSchema(tool.output) };
  const entry = { id, description, effect, confirm, verifies: tool.verify !== undefined, enabled: true, hash: 'h' };
  return { tool, entry: { ...entry, ...schemas, origin: 'project' } };
}
