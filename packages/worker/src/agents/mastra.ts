/**
 * A request to a model through Mastra: no other file imports it. One agent serves all turns; the model comes with each.
 *
 * Mastra is given a model of ours, behind the interface that it has for models of others, and is told of no tool, so
 * that it runs none. What its own providers make of a request and of an answer was found wanting: they rewrite the
 * schemas of tools, merge calls by their index, repair arguments that are not JSON or make them `{}`, give up a whole
 * answer for one odd chunk, and cut off a slow server after 300 s.
 *
 * Surprises, each found by running the pinned version:
 * - Its structured output parses the whole text again with every delta (6 s of CPU for an answer of 32 KiB). So it is
 *   given the text of an answer as one delta; who watches gets the pieces from the wire.
 * - The default logger prints failed requests, prompt included.
 */

import type { Agent } from '@mastra/core/agent';
import type { MastraModelConfig } from '@mastra/core/llm';
import { messageOf, PerdureError } from '@perdure/contract';
import type { Ask, AskOutcome, AskRequest } from '@perdure/models';

/** Mastra wants a message; the transcript goes out as the wire format has it. */
const placeholder = 'The transcript goes here.';

/** Makes each request a turn of a Mastra agent. Mastra is loaded with the first, which takes half a second. */
export function throughMastra(ask: Ask, load: () => Promise<Agent> = loadMastra): Ask {
  let loading: Promise<Agent> | undefined;
  return async (request) => {
    // A load that failed is tried again: it may have met a process that was out of descriptors for a moment.
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw new PerdureError('unavailable', `Mastra cannot be loaded (${messageOf(error)}); the turn is tried again.`);
    });
    const agent = await loading;
    let outcome: AskOutcome | undefined;
    const model = wireModel(async () => (outcome = await ask(request)), request);
    const stream = await agent.stream(placeholder, {
      model,
      maxSteps: 1,
      abortSignal: request.turn.signal,
      modelSettings: { maxRetries: 0 },
    });
    await stream.consumeStream();
    return outcome ?? { kind: 'failed', failure: { kind: 'cut' }, tail: '' };
  };
}

async function loadMastra(): Promise<Agent> {
  // Read when Mastra is loaded.
  process.env['MASTRA_TELEMETRY_DISABLED'] = '1';
  const [{ Agent: MastraAgent }, { Mastra }, { noopLogger }] = await Promise.all([
    import('@mastra/core/agent'),
    import('@mastra/core'),
    import('@mastra/core/logger'),
  ]);
  const model = { providerId: 'perdure', modelId: 'unused' };
  const agent = new MastraAgent({ id: 'turn', name: 'turn', instructions: '', model });
  return new Mastra({ agents: { turn: agent }, logger: noopLogger }).getAgent('turn');
}

type LanguageModel = Extract<MastraModelConfig, { readonly specificationVersion: 'v2' }>;
type Streamed = Extract<Awaited<ReturnType<LanguageModel['doStream']>>, { readonly stream: unknown }>;
type StreamPart = Streamed['stream'] extends ReadableStream<infer Part> ? Part : never;

/** A model that asks on the wire, once. What it tells Mastra is what was said; the rest stays with who asked. */
function wireModel(send: () => Promise<AskOutcome>, { target }: AskRequest) {
  return {
    specificationVersion: 'v2',
    provider: target.server.name,
    modelId: target.model,
    supportedUrls: {},
    // Streams alone are asked of it.
    doGenerate: (): Promise<never> => Promise.reject(new Error('This model answers streams only.')),
    doStream: async () => ({ stream: ReadableStream.from(partsOf(await send())) }),
  } as const;
}

function partsOf(outcome: AskOutcome): readonly StreamPart[] {
  const { text, usage } = outcome.kind === 'answered' ? outcome.answer : { text: '', usage: undefined };
  const { inputTokens, outputTokens } = usage ?? { inputTokens: undefined, outputTokens: undefined };
  return [
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: 'answer' },
    { type: 'text-delta', id: 'answer', delta: text },
    { type: 'text-end', id: 'answer' },
    {
      type: 'finish',
      finishReason: outcome.kind === 'answered' ? 'stop' : 'error',
      usage: { inputTokens, outputTokens, totalTokens: undefined },
    },
  ];
}
