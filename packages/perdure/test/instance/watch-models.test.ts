import type { ModelAway } from '@perdure/contract';
import { expect, test } from 'vitest';
import { modelNewsLine } from '../../src/instance/view-up.ts';
import { modelNews } from '../../src/instance/watch-models.ts';

const away = (model: string, more: Partial<ModelAway> = {}): ModelAway => ({
  model,
  since: '2026-11-28T12:00:00.000Z',
  nextAt: '2026-11-28T12:15:00.000Z',
  reason: 'The model server cannot be reached.',
  waiting: 2,
  ...more,
});

test('a model that goes away is news once, and so is its return', () => {
  const first = modelNews([], [away('a'), away('b')]);
  expect(first.map(({ kind, model }) => [kind, model])).toEqual([
    ['model_away', 'a'],
    ['model_away', 'b'],
  ]);
  expect(modelNews([away('a'), away('b')], [away('b', { nextAt: '2026-11-28T13:00:00.000Z', waiting: 5 })])).toEqual([
    { kind: 'model_back', model: 'a' },
  ]);
});

test('the news say why, when it is asked again, and what can be done', () => {
  const options = { paint: (_colour: string, text: string) => text, homeFlag: ' --home /x' };
  const [news] = modelNews([], [away('groq/llama')]);
  expect(news && modelNewsLine(news, options)).toBe(
    '! groq/llama is away, and runs wait for it: The model server cannot be reached. It is asked again at 2026-11-28T12:15:00.000Z; `perdure runs resume --home /x` with a run that waits asks now.',
  );
  expect(modelNewsLine({ kind: 'model_back', model: 'groq/llama' }, options)).toBe('✓ groq/llama answers again');
});
