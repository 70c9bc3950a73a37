/** Reads recorded bytes as the product does: the one place where the tests of streams know its reader. */

import { readBytes, wireFormats, type ReadOutcome, type ToolOffer } from '@perdure/models';
import { toolNames, type Api } from './shape.ts';

/** What was made of a stream, without what may come behind its end. */
export type StreamOutcome =
  | { readonly kind: 'answered'; readonly text: string; readonly calls: readonly unknown[]; readonly ending: string }
  | { readonly kind: Exclude<ReadOutcome['kind'], 'answered'> };

const tools: readonly ToolOffer[] = toolNames.map((id) => ({ id, description: '', input: { type: 'object' } }));

/** `isWhole`: the connection ended as HTTP promises. */
export function readStream(
  api: Api,
  chunks: Iterable<Uint8Array>,
  { isWhole }: { readonly isWhole: boolean },
): StreamOutcome {
  const outcome = readBytes(wireFormats[api], chunks, { tools, isWhole });
  if (outcome.kind !== 'answered') return { kind: outcome.kind };
  const { text, toolRequests, ending } = outcome.answer;
  return { kind: 'answered', text, calls: toolRequests, ending };
}
