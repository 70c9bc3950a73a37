/** Answers as servers stream them, to be read. */

import type { Json } from '@perdure/contract';
import { wireFormats } from '../../src/formats/index.ts';
import type { ModelApi, ToolOffer } from '../../src/turn/message.ts';
import { readBytes, type ReadOutcome } from '../../src/wire/read.ts';

export const tools: readonly ToolOffer[] = [{ id: 'lookup', description: 'Looks up.', input: { type: 'object' } }];

/** Chunks as events, each with its `type` as the name of the event where it has one; a text is sent as it is. */
export function eventsOf(chunks: readonly (Json | string)[]): string {
  return chunks
    .map((chunk) => {
      if (typeof chunk === 'string') return `data: ${chunk}\n\n`;
      const type =
        typeof chunk === 'object' && chunk !== null && 'type' in chunk && typeof chunk.type === 'string'
          ? `event: ${chunk.type}\n`
          : '';
      return `${type}data: ${JSON.stringify(chunk)}\n\n`;
    })
    .join('');
}

export function read(api: ModelApi, text: string, { isWhole = true } = {}): ReadOutcome {
  return readBytes(wireFormats[api], [new TextEncoder().encode(text)], { tools, isWhole });
}

export function readEvents(api: ModelApi, chunks: readonly (Json | string)[], options?: { readonly isWhole: boolean }) {
  return read(api, eventsOf(chunks), options);
}

/** The answer, or a throw that tells what came instead. */
export function answerOf(outcome: ReadOutcome) {
  if (outcome.kind === 'answered') return outcome.answer;
  throw new Error(`no answer: ${JSON.stringify(outcome)}`);
}
