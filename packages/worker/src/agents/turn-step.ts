/** One model turn as a step: what is sent, and what is kept of the answer. */

import { createHash } from 'node:crypto';
import { compact } from '@perdure/contract';
import type { LeafStep, Steer, StepScope } from '@perdure/runs';
import type { AgentDefinition } from './definition.ts';
import { estimateTokens, fitTranscript } from './fit-transcript.ts';
import type { ModelToolCall, ModelTurn, ToolOffer, TurnMessage } from './model-turn.ts';
import { modelRetryDelay } from './retry-policy.ts';
import type { Transcript } from './transcript.ts';

/** What the record keeps of a turn. */
export interface TurnRecord {
  /** The messages it added: what was asked, and the answer. What tools gave lies in their own steps. */
  readonly messages: readonly TurnMessage[];
  readonly text: string;
  readonly toolRequests: readonly ModelToolCall[];
  readonly finishReason: string;
  /** Ids of the texts of people among `messages`. */
  readonly steers?: readonly string[];
}

export interface TurnPlan {
  /** From 1. */
  readonly n: number;
  readonly transcript: Transcript;
  readonly tools: readonly ToolOffer[];
  readonly mustAnswer: boolean;
  readonly parts: {
    readonly turn: ModelTurn;
    readonly random: () => number;
    readonly defaultModel: string;
    readonly contextTokens: number;
  };
}

export function turnStep(scope: StepScope, agent: AgentDefinition, plan: TurnPlan): LeafStep<TurnRecord> {
  const { n, transcript, tools, mustAnswer, parts } = plan;
  const key = `turn-${n}`;
  const model = agent.model ?? parts.defaultModel;
  return {
    key,
    kind: 'turn',
    startDetail: { agent: agent.name, agentHash: agent.hash, model },
    retry: (error, attempt) => modelRetryDelay(error, attempt, { random: parts.random }),
    work: async ({ attempt, idempotencyKey, signal }) => {
      const steers = scope.takeSteers(transcript.steers);
      const asked = [...transcript.asked, ...steers.map(steerMessage)];
      const fixed = estimateTokens(agent.instructions + JSON.stringify(tools));
      const fitted = fitTranscript([...(await transcript.read()), ...asked], { maxTokens: parts.contextTokens, fixed });
      const answer = await parts.turn({
        instructions: agent.instructions,
        messages: fitted.messages,
        schema: agent.output,
        tools,
        mustAnswer,
        model,
        ...compact({ temperature: agent.temperature }),
        // Another body needs another key.
        idempotencyKey: `${idempotencyKey}/${attempt}${steersKey(steers)}`,
        signal,
        onText: (delta) => scope.showText(key, delta),
      });
      const { messages, text, toolRequests, finishReason, usage, ...facts } = answer;
      const ids = steers.map(({ id }) => id);
      const record: TurnRecord = { messages: [...asked, ...messages], text, toolRequests, finishReason };
      return {
        result: ids.length === 0 ? record : { ...record, steers: ids },
        detail: {
          model: facts.model,
          latencyMs: facts.latencyMs,
          finishReason,
          ...compact({
            steers: ids.length === 0 ? undefined : ids,
            leftOut: fitted.replaced.length === 0 ? undefined : fitted.replaced,
          }),
        },
        ...compact({ consumedOrders: ids.length === 0 ? undefined : ids, usage }),
      };
    },
  };
}

function steerMessage({ text }: Steer): TurnMessage {
  return { role: 'user', content: `The person in charge of this work says:\n${text}` };
}

/** Short, however many there are: it travels in a header. */
function steersKey(steers: readonly Steer[]): string {
  if (steers.length === 0) return '';
  const ids = steers.map(({ id }) => id).join(' ');
  return `/${createHash('sha256').update(ids).digest('hex').slice(0, 16)}`;
}
