/** One model turn as a step: what is sent, and what is kept of the answer. */

import { createHash } from 'node:crypto';
import { compact, costOf, type ModelPrices, type Usage } from '@perdure/contract';
import type {
  AnswerEnding,
  ModelToolCall,
  ModelTurn,
  ModelTurnRequest,
  ModelTurnResult,
  OutageClaim,
  Probe,
  ToolOffer,
  TurnMessage,
} from '@perdure/models';
import type { LeafStep, Steer, StepScope } from '@perdure/runs';
import type { AgentDefinition } from './definition.ts';
import { estimateTokens, fitTranscript } from './fit-transcript.ts';
import { planAfterFailure, stillAway, type AskedModel, type RetryDeps } from './retry-policy.ts';
import type { Transcript } from './transcript.ts';

/** What the record keeps of a turn. */
export interface TurnRecord {
  /** The messages it added: what was asked, and the answer. What tools gave lies in their own steps. */
  readonly messages: readonly TurnMessage[];
  readonly text: string;
  readonly toolRequests: readonly ModelToolCall[];
  /** In the words of OpenAI's API: all that earlier versions recorded. */
  readonly finishReason: string;
  readonly ending?: AnswerEnding;
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
    readonly retry: RetryDeps;
    readonly defaultModel: string;
    /** `server/model` that an agent's `model` means first. */
    readonly nameOf: (model: string) => string;
    /** Tokens of a request that a model takes. */
    readonly contextOf: (model: string) => number;
    /** Of `server/model`. */
    readonly pricesOf?: (model: string) => ModelPrices | undefined;
  };
}

export function turnStep(scope: StepScope, agent: AgentDefinition, plan: TurnPlan): LeafStep<TurnRecord> {
  const { n, transcript, tools, mustAnswer, parts } = plan;
  const key = `turn-${n}`;
  const model = agent.model ?? parts.defaultModel;
  /** Of the newest attempt. */
  let known: AskedModel | { readonly unreadable: unknown } | undefined;
  return {
    key,
    kind: 'turn',
    startDetail: { agent: agent.name, agentHash: agent.hash, model },
    whenFailed: async (failure) => {
      // What is known of outages lies in the record: where that cannot be read, it says nothing of the model.
      if (known !== undefined && 'unreadable' in known) throw known.unreadable;
      return known === undefined ? { kind: 'final' } : await planAfterFailure(failure, known, parts.retry);
    },
    work: async ({ attempt, idempotencyKey, signal }) => {
      known = undefined;
      const asked = parts.nameOf(model);
      const claim = await claimOf(asked, parts.retry).catch((error: unknown) => {
        known = { unreadable: error };
        throw error;
      });
      known = { model: asked, claim, askedAt: parts.retry.now() };
      if (claim.kind === 'away') throw stillAway(asked, claim);
      const steers = scope.takeSteers(transcript.steers);
      const question = [...transcript.asked, ...steers.map(steerMessage)];
      const fixed = estimateTokens(agent.instructions + JSON.stringify(tools));
      const fitted = fitTranscript([...(await transcript.read()), ...question], {
        maxTokens: parts.contextOf(model),
        fixed,
      });
      const request: Omit<ModelTurnRequest, 'signal' | 'onText'> = {
        instructions: agent.instructions,
        messages: fitted.messages,
        schema: agent.output,
        tools,
        mustAnswer,
        model,
        ...compact({ temperature: agent.temperature }),
        // Another body needs another key.
        idempotencyKey: `${idempotencyKey}/${attempt}${steersKey(steers)}`,
      };
      const ask = () => parts.turn({ ...request, signal, onText: (delta) => scope.showText(key, delta) });
      const answer = await (claim.kind === 'probe' ? askForAll(claim.probe, ask, signal) : ask());
      const { message, text, toolRequests, ending, notes } = answer;
      const ids = steers.map(({ id }) => id);
      const finishReason = finishReasons[ending];
      const usage = answer.usage ?? estimateUsage(request, answer);
      const prices = parts.pricesOf?.(answer.asked);
      const record: TurnRecord = { messages: [...question, message], text, toolRequests, finishReason, ending };
      return {
        result: ids.length === 0 ? record : { ...record, steers: ids },
        detail: {
          model: answer.model,
          asked: answer.asked,
          latencyMs: answer.latencyMs,
          finishReason,
          ending,
          ...compact({
            notes: notes.length === 0 ? undefined : notes,
            usageEstimated: answer.usage === undefined ? true : undefined,
            cost: prices === undefined ? undefined : costOf(usage, prices),
            steers: ids.length === 0 ? undefined : ids,
            leftOut: fitted.replaced.length === 0 ? undefined : fitted.replaced,
          }),
        },
        usage,
        ...compact({ consumedOrders: ids.length === 0 ? undefined : ids }),
        // An answer is paid for, so it is recorded before anybody is told of it.
        onRecorded: () => parts.retry.outages.noteBack(asked),
      };
    },
  };
}

/** Who does not wait asks, whatever others know. */
async function claimOf(model: string, { outages, patienceMs }: RetryDeps): Promise<OutageClaim> {
  return patienceMs === 0 ? { kind: 'free' } : await outages.claim(model);
}

/** What a cancel broke off has told nothing of the model: the next one asks. */
async function askForAll<T>(probe: Probe, ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await probe.during(ask);
  } catch (error) {
    if (signal.aborted) await probe.release();
    throw error;
  }
}

const finishReasons: Readonly<Record<AnswerEnding, string>> = {
  answered: 'stop',
  'tool-calls': 'tool-calls',
  length: 'length',
  refused: 'refusal',
  'content-filter': 'content-filter',
  'call-as-text': 'stop',
  empty: 'stop',
};

/** How a recorded turn ended; earlier versions told less. */
export function endingOf({ ending, finishReason, toolRequests }: TurnRecord): AnswerEnding {
  if (ending !== undefined) return ending;
  if (finishReason === 'length') return 'length';
  return toolRequests.length > 0 ? 'tool-calls' : 'answered';
}

/** For a server that does not count: a budget of tokens must not be without effect. */
function estimateUsage(
  { instructions, messages, tools }: Pick<ModelTurnRequest, 'instructions' | 'messages' | 'tools'>,
  { text, toolRequests }: Pick<ModelTurnResult, 'text' | 'toolRequests'>,
): Usage {
  return {
    inputTokens: estimateTokens(instructions + JSON.stringify([messages, tools])),
    outputTokens: estimateTokens(text + JSON.stringify(toolRequests)),
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
