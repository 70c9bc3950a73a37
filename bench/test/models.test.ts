import { readBytes, wireFormats } from '@perdure/models';
import { expect, it } from 'vitest';
import { chatStream, deltas, pieceAt } from '../models/stream.ts';

it('reads a stream of 5 MB in 50,000 pieces, which is a whole answer', () => {
  const bytes = new TextEncoder().encode(chatStream());
  expect(deltas).toBe(50_000);
  expect(bytes.length).toBeGreaterThanOrEqual(5_000_000);
  const outcome = readBytes(wireFormats.chat, [bytes], { tools: [], isWhole: true });
  expect(outcome).toMatchObject({ kind: 'answered', answer: { ending: 'answered' } });
  const { text } = outcome.kind === 'answered' ? outcome.answer : { text: '' };
  expect(text.length).toBe(deltas * pieceAt(0).length);
  expect(text.endsWith(pieceAt(deltas - 1))).toBe(true);
});
