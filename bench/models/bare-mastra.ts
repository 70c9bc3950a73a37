/**
 * The peer: the same request by Mastra's own OpenAI-compatible provider, which parses the stream and hands on each
 * piece. The body is ours, so that both servers do the same; what is measured is how it is sent and how the answer is
 * read.
 */

import { optionalFeatures, wireFormats } from '@perdure/models';
import type { TakeTurn } from './product-turn.ts';

const providerId = 'peer';

export async function mastraTurn(url: string): Promise<TakeTurn> {
  process.env['MASTRA_TELEMETRY_DISABLED'] = '1';
  const [{ Agent }, { Mastra }, { noopLogger }] = await Promise.all([
    import('@mastra/core/agent'),
    import('@mastra/core'),
    import('@mastra/core/logger'),
  ]);
  const unused = { providerId, modelId: 'unused' };
  const plain = new Agent({ id: 'turn', name: 'turn', instructions: '', model: unused });
  const agent = new Mastra({ agents: { turn: plain }, logger: noopLogger }).getAgent('turn');
  return async (request) => {
    const options = { model: 'any', asked: `${providerId}/any`, features: new Set(optionalFeatures) };
    const body = wireFormats.chat.body(request, options);
    const stream = await agent.stream('The transcript goes here.', {
      model: { providerId, modelId: 'any', url },
      maxSteps: 1,
      abortSignal: request.signal,
      modelSettings: { maxRetries: 0, headers: { 'Idempotency-Key': request.idempotencyKey } },
      // A function where settings are wanted: it is called when the body is serialised, which puts ours into its place.
      providerOptions: { [providerId]: { toJSON: () => body } as unknown as Readonly<Record<string, never>> },
    });
    const pieces: string[] = [];
    for await (const chunk of stream.fullStream) {
      if (chunk.type === 'error') throw chunk.payload.error;
      if (chunk.type === 'text-delta') pieces.push(chunk.payload.text);
    }
    return pieces.join('');
  };
}
