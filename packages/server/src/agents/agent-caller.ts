/**
 * Calls an agent: a loop of model turns, each a durable step of its own, until an answer satisfies the Output Contract. The transcript
 * of a turn is rebuilt from the recorded results of the turns before it, so nothing else is stored. An answer that does not satisfy
 * the contract goes back to the model with what is wrong with it, `maxRepairs` times.
 */

import { PerdureError, type Json } from '@perdure/contract';
import type { AgentCaller, LeafStep, StepScope } from '../pipelines/ports.ts';
import type { AgentDefinition } from './definition.ts';
import type { ModelTurn, TurnMessage } from './model-turn.ts';
import { readAnswer } from './read-answer.ts';
import { modelRetryDelay } from './retry-policy.ts';

const maxRepairs = 2;
const maxKeptOutput = 2_000;

export interface AgentCallerParts {
  /** From memory: a drive sees only steps as work in flight. Rejects with `not_found` for a name nobody knows. */
  readonly loadAgent: (name: string) => Promise<AgentDefinition>;
  readonly turn: ModelTurn;
  /** From 0 up to 1; spreads retries. */
  readonly random: () => number;
  /** For agents that name no model. */
  readonly defaultModel: string;
}

/** What the record keeps of a turn: the messages it added, the asking one included. */
interface TurnRecord {
  readonly messages: readonly TurnMessage[];
  readonly text: string;
  readonly finishReason: string;
}

export function createAgentCaller(parts: AgentCallerParts): AgentCaller {
  return {
    async call(scope, name, input, key) {
      const found = await find(parts, name);
      const startDetail = { agent: name, ...(found.kind === 'found' ? { agentHash: found.agent.hash } : {}) };
      return scope.compose({ key, kind: 'agent', input, startDetail }, async (inner) => {
        if (found.kind === 'missing') throw found.error;
        return converse(inner, found.agent, { input, parts });
      });
    },
  };
}

/** A missing agent fails the step, not the call: a call that was recorded is passed over even when its agent is gone. */
async function find({ loadAgent }: AgentCallerParts, name: string) {
  try {
    return { kind: 'found', agent: await loadAgent(name) } as const;
  } catch (error) {
    return { kind: 'missing', error } as const;
  }
}

interface Call {
  readonly input: unknown;
  readonly parts: AgentCallerParts;
}

async function converse(scope: StepScope, agent: AgentDefinition, { input, parts }: Call): Promise<Json> {
  const maxTurns = Math.min(agent.maxTurns, 1 + maxRepairs);
  const transcript: TurnMessage[] = [{ role: 'user', content: JSON.stringify(input ?? null, null, 2) }];
  for (let n = 1; ; n += 1) {
    const turn = await scope.perform(turnStep(scope, agent, { n, transcript: [...transcript], parts }));
    transcript.splice(-1, 1, ...turn.messages);
    const answer = readAnswer(turn.text);
    const faults = answer === undefined ? unreadable(turn) : agent.checkOutput(answer);
    if (answer !== undefined && faults.length === 0) return answer;
    if (n >= maxTurns) throw contractBroken(agent, { turns: n, faults, text: turn.text });
    transcript.push({ role: 'user', content: repairRequest(faults) });
  }
}

interface TurnPlan {
  /** From 1. */
  readonly n: number;
  /** Ends with the message this turn answers. */
  readonly transcript: readonly TurnMessage[];
  readonly parts: AgentCallerParts;
}

function turnStep(scope: StepScope, agent: AgentDefinition, { n, transcript, parts }: TurnPlan): LeafStep<TurnRecord> {
  const key = `turn-${n}`;
  const model = agent.model ?? parts.defaultModel;
  return {
    key,
    kind: 'turn',
    startDetail: { agent: agent.name, agentHash: agent.hash, model },
    retry: (error, attempt) => modelRetryDelay(error, attempt, { random: parts.random }),
    work: async ({ attempt, idempotencyKey, signal }) => {
      const { messages, text, finishReason, usage, ...facts } = await parts.turn({
        instructions: agent.instructions,
        messages: transcript,
        schema: agent.output,
        model,
        ...(agent.temperature === undefined ? {} : { temperature: agent.temperature }),
        idempotencyKey: `${idempotencyKey}/${attempt}`,
        signal,
        onText: (delta) => scope.showText(key, delta),
      });
      return {
        result: { messages: [...transcript.slice(-1), ...messages], text, finishReason },
        detail: { model: facts.model, latencyMs: facts.latencyMs, finishReason },
        ...(usage === undefined ? {} : { usage }),
      };
    },
  };
}

function unreadable({ finishReason }: TurnRecord): readonly string[] {
  return finishReason === 'length'
    ? ['the answer was cut off at the output limit before its JSON was complete; answer more briefly']
    : ['the answer is not a JSON object'];
}

function repairRequest(faults: readonly string[]): string {
  const list = faults.map((fault) => `- ${fault}`).join('\n');
  return `Your answer does not satisfy the Output Contract:\n${list}\n\nAnswer again with the whole JSON object, corrected, and no other text.`;
}

interface BrokenAnswer {
  readonly turns: number;
  readonly faults: readonly string[];
  readonly text: string;
}

function contractBroken(agent: AgentDefinition, { turns, faults, text }: BrokenAnswer): PerdureError {
  const times = turns === 1 ? 'once' : `${turns} times`;
  const message = `The agent "${agent.name}" answered ${times} without satisfying its Output Contract (${faults[0]}); simplify the contract or use a stronger model, then retry the run.`;
  return new PerdureError('contract_broken', message, {
    details: { errors: faults, lastOutput: text.slice(0, maxKeptOutput) },
  });
}
