import { describe, expect, test } from 'vitest';
import { splitThoughts, ThoughtSplitter } from '../../src/wire/thoughts.ts';

const answer = '{"verdict":"changes"}';

describe('thoughts', () => {
  test.each([
    ['between the marks of Qwen', `<think>Maybe {"verdict":"approved"}?</think>\n${answer}`],
    ['that a template has opened', `Maybe {"verdict":"approved"}?</think>\n${answer}`],
    [
      'in the channel of gpt-oss',
      `<|channel|>analysis<|message|>Maybe.<|end|><|start|>assistant<|channel|>final<|message|>${answer}<|return|>`,
    ],
    ['of Magistral', `[THINK]Maybe.[/THINK]${answer}`],
    ['of Kimi', `◁think▷Maybe.◁/think▷${answer}`],
    ['twice', `<think>One.</think>\n<think>Two.</think>${answer}`],
    ['behind a word', `Let me see. <think>Maybe.</think>${answer}`],
  ])('%s are not the answer', (_case, text) => {
    const { text: said, thoughts, isCut } = splitThoughts(text);
    expect(said.trim().endsWith(answer)).toBe(true);
    expect(said).not.toMatch(/Maybe|approved|One|Two/);
    expect(thoughts).toMatch(/Maybe|One/);
    expect(isCut).toBe(false);
  });

  test('that were cut off leave no answer', () => {
    expect(splitThoughts('<think>First: {"verdict":"approved"} - no')).toEqual({
      text: '',
      thoughts: 'First: {"verdict":"approved"} - no',
      isCut: true,
    });
  });

  test.each([
    ['an answer about marks', '{"note":"write <think> before and </think> behind"}'],
    ['an answer about marks in a fence', 'Here:\n```json\n{"note":"<think>x</think>"}\n```'],
    ['prose without marks', 'a < b, and <b>so</b> on'],
    ['text in another script', '思考 <thinkers> </thinkers>'],
  ])('%s is left as it is', (_case, text) => {
    expect(splitThoughts(text)).toEqual({ text, thoughts: '', isCut: false });
  });
});

function shown(text: string, size: number): string {
  const splitter = new ThoughtSplitter();
  let out = '';
  for (let at = 0; at < text.length; at += size) out += splitter.add(text.slice(at, at + size));
  return out + splitter.end();
}

describe('who watches', () => {
  test.each([1, 2, 5, 1_000])('sees no thoughts and all else, in pieces of %i', (size) => {
    expect(shown(`<think>Maybe <b>this</b>.</think>${answer}`, size)).toBe(answer);
    expect(shown(`Hello <thing> and </thing>, 1 < 2`, size)).toBe('Hello <thing> and </thing>, 1 < 2');
    expect(shown('{"note":"<think>"}', size)).toBe('{"note":"<think>"}');
  });

  test('sees a long answer piece by piece, at no growing cost', () => {
    const splitter = new ThoughtSplitter();
    splitter.add('{"text":"');
    expect(splitter.add('x'.repeat(100))).toHaveLength(100);
  });
});
