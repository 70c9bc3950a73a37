/**
 * One request to a model through Mastra: no other file imports it. One agent serves all turns; model and settings come
 * with each.
 *
 * Surprises, each found by running the pinned version:
 * - Mastra's own structured output parses the whole text again with every delta (6 s of CPU for an answer of 32 KiB,
 *   instead of 0.1 s) and completes JSON that was cut off. So the schema travels as a plain field of the body, and the
 *   text is parsed elsewhere.
 * - It rewrites the schemas of tools, merges calls of one id, repairs arguments that are not JSON or makes them `{}`.
 *   So it is told of no tool, which also means that it can run none: transcript and tools are put into the body when
 *   that is serialised (`chat-body.ts`), and calls are read from their fragments (`tool-requests.ts`).
 * - For arguments that are not JSON it prints a line to the console: id, tool and length, nothing of the text.
 * - The AI SDK inside it gives up a stream whose tool calls have no ids, which some local servers send. Those are asked
 *   for the answer as a whole, where it minds less.
 * - A stream that ends without a finish reason, and an aborted one, resolve as finished ones do. Both are told apart
 *   here.
 * - HTTP clients are cached by their headers: the idempotency key is a setting of the call, else each turn would leak a
 *   client.
 */

import { compact } from '@perdure/contract';
import type { Agent } from '@mastra/core/agent';
import { chatBody } from './chat-body.ts';
import type { OptionalFeature } from './mastra-failures.ts';
import type { ModelFailure } from './model-errors.ts';
import type { ModelTurnRequest, ModelTurnResult } from './model-turn.ts';
import { readToolRequests, type ToolRequestReader } from './tool-requests.ts';

/** Name of the provider inside Mastra; no environment variable is looked up for it. */
const providerId = 'perdure';

/** Mastra wants a message; `chat-body.ts` puts the transcript in its place. */
const placeholder = 'The transcript goes here.';

/** Where and how a request is sent. */
export interface Wire {
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly model: string;
  readonly features: readonly OptionalFeature[];
  readonly idempotencyKey: string;
}

export type Outcome =
  | { readonly kind: 'answered'; readonly result: ModelTurnResult }
  | { readonly kind: 'failed'; readonly failure: ModelFailure }
  | { readonly kind: 'threw'; readonly error: unknown };

/** What the model turn holds without looking into it. */
export type MastraAgent = Agent;

/** Loads Mastra, which takes half a second. */
export async function loadMastra(): Promise<MastraAgent> {
  // Read when Mastra is loaded.
  process.env['MASTRA_TELEMETRY_DISABLED'] = '1';
  const [{ Agent }, { Mastra }, { noopLogger }] = await Promise.all([
    import('@mastra/core/agent'),
    import('@mastra/core'),
    import('@mastra/core/logger'),
  ]);
  const agent = new Agent({ id: 'turn', name: 'turn', instructions: '', model: { providerId, modelId: 'unused' } });
  // The default logger prints failed requests, prompt included.
  return new Mastra({ agents: { turn: agent }, logger: noopLogger }).getAgent('turn');
}

/** Sends one request. Never rejects. An aborted one has any outcome. */
export async function askModel(agent: MastraAgent, request: ModelTurnRequest, wire: Wire): Promise<Outcome> {
  const startedAt = performance.now();
  try {
    const answer = await (wire.features.includes('stream') ? streamAnswer : fetchAnswer)(agent, request, wire);
    if (answer.kind !== 'complete') return answer;
    return { kind: 'answered', result: toResult(answer, wire, Math.round(performance.now() - startedAt)) };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** What either way of asking gives. */
interface Complete {
  readonly kind: 'complete';
  readonly text: string;
  readonly calls: ToolRequestReader;
  readonly finishReason: string | undefined;
  /** In the words of the server. */
  readonly rawReason: string | null | undefined;
  readonly usage: { readonly inputTokens: number | undefined; readonly outputTokens: number | undefined };
  readonly model: string | undefined;
}

type Answer = Complete | Exclude<Outcome, { kind: 'answered' }>;

async function streamAnswer(agent: Agent, request: ModelTurnRequest, wire: Wire): Promise<Answer> {
  const stream = await agent.stream(placeholder, settings(request, wire));
  const calls = readToolRequests();
  let rawReason: string | undefined;
  let error: unknown;
  for await (const chunk of stream.fullStream) {
    if (chunk.type === 'error') error = chunk.payload.error;
    if (chunk.type === 'text-delta') request.onText?.(chunk.payload.text);
    if (chunk.type === 'tool-call-input-streaming-start') calls.add(chunk.payload.toolCallId, chunk.payload.toolName);
    if (chunk.type === 'tool-call-delta') calls.append(chunk.payload.toolCallId, chunk.payload.argsTextDelta);
    if (chunk.type === 'step-finish') rawReason = chunk.payload.stepResult.rawReason;
  }
  const response = await stream.response;
  if (error !== undefined || rawReason === undefined) {
    const contentType = response.headers?.['content-type'] ?? 'text/event-stream';
    if (!contentType.includes('event-stream'))
      return { kind: 'failed', failure: { kind: 'not_a_stream', contentType } };
    return error === undefined ? { kind: 'failed', failure: { kind: 'cut' } } : { kind: 'threw', error };
  }
  const { text, finishReason, usage } = stream;
  return {
    kind: 'complete',
    text: await text,
    calls,
    finishReason: await finishReason,
    rawReason,
    usage: await usage,
    model: response.modelId,
  };
}

/** As much of a chat completion as the AI SDK has checked and Mastra does not hand on unchanged. */
interface CompletionBody {
  readonly choices?: readonly [
    {
      readonly finish_reason?: string | null;
      readonly message: {
        readonly tool_calls?:
          | readonly {
              readonly id?: string | null;
              readonly function: { readonly name: string; readonly arguments: string };
            }[]
          | null;
      };
    },
  ];
}

async function fetchAnswer(agent: Agent, request: ModelTurnRequest, wire: Wire): Promise<Answer> {
  const { text, finishReason, usage, response, error } = await agent.generate(placeholder, settings(request, wire));
  if (error !== undefined) return { kind: 'threw', error };
  const calls = readToolRequests();
  const choice = (response.body as CompletionBody | undefined)?.choices?.[0];
  for (const { id, function: called } of choice?.message.tool_calls ?? []) {
    calls.add(id ?? '', called.name, called.arguments);
  }
  if (text !== '') request.onText?.(text);
  const rawReason = choice?.finish_reason;
  return { kind: 'complete', text, calls, finishReason, rawReason, usage, model: response.modelId };
}

function settings(request: ModelTurnRequest, wire: Wire) {
  const { baseUrl, apiKey, model, features, idempotencyKey } = wire;
  const ours = chatBody(request, features);
  return {
    model: { providerId, modelId: model, url: baseUrl, ...compact({ apiKey }) },
    maxSteps: 1,
    abortSignal: request.signal,
    modelSettings: {
      maxRetries: 0,
      headers: { 'Idempotency-Key': idempotencyKey },
      ...compact({ temperature: request.temperature }),
    },
    // What is given here becomes a part of the body. Mastra's own fields win over it, but not over how it is
    // serialised.
    providerOptions: { [providerId]: { toJSON: mergeInto(ours) } as unknown as Readonly<Record<string, never>> },
  };
}

function mergeInto(fields: object) {
  return function toJSON(this: object): object {
    return { ...this, toJSON: undefined, ...fields };
  };
}

function toResult(answer: Complete, wire: Wire, latencyMs: number): ModelTurnResult {
  const { text, calls, model = wire.model } = answer;
  const { inputTokens, outputTokens } = answer.usage;
  // Where tools were asked for, Mastra hides that the limit was met; and some servers say `stop` there.
  const isCut = answer.rawReason === 'length';
  const toolRequests = calls.finish({ isCut });
  const reason = toolRequests.length > 0 ? 'tool-calls' : (answer.finishReason ?? 'unknown');
  return {
    messages: [
      {
        role: 'assistant',
        content: text,
        ...compact({ toolRequests: toolRequests.length === 0 ? undefined : toolRequests }),
      },
    ],
    text,
    toolRequests,
    finishReason: isCut ? 'length' : reason,
    ...compact({
      usage: inputTokens === undefined || outputTokens === undefined ? undefined : { inputTokens, outputTokens },
    }),
    model,
    latencyMs,
  };
}
