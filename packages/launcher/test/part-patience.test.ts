import { expect, test } from 'vitest';
import { askEveryMs, judgeSilence, noSilence, type Silence } from '../src/part-patience.ts';

/** Milliseconds without an answer until a part is killed. */
function patienceWith(start: Silence): number {
  let silence = start;
  for (let n = 1; n < 100; n += 1) {
    const judged = judgeSilence(silence, false);
    if (judged.verdict === 'kill') return n * askEveryMs;
    silence = judged.silence;
  }
  return Infinity;
}

test('S6: a part that has answered is killed after 30 s of silence, one that never has after 60 s', () => {
  expect(patienceWith(noSilence)).toBe(60_000);
  expect(patienceWith(judgeSilence(noSilence, true).silence)).toBe(30_000);
});

test('S6: each answer begins the count anew, however late it comes', () => {
  let silence = judgeSilence(noSilence, true).silence;
  for (let missed = 0; missed < 5; missed += 1) silence = judgeSilence(silence, false).silence;
  const late = judgeSilence(silence, true);
  expect(late.verdict).toBe('leave');
  expect(patienceWith(late.silence)).toBe(30_000);
});
