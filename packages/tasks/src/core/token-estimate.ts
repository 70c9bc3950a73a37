/**
 * How many tokens a text may take, without a tokenizer at hand: rather too many than too few, for any of the usual ones
 * and in any script. Words of Latin letters are cheap; Chinese, Japanese and Korean take about a token a character,
 * rare characters and pictures more.
 */

/** In the order of trying. `each`: tokens for a run of so many characters. */
const kinds: readonly { readonly run: string; readonly each: (length: number) => number }[] = [
  { run: String.raw`[A-Za-z]+`, each: (length) => Math.ceil(length / 6) },
  { run: String.raw`[0-9]+`, each: (length) => Math.ceil(length / 3) },
  // A space goes with the word behind it, and not with a number.
  { run: String.raw`[ \t]+(?=[0-9])`, each: () => 1 },
  { run: String.raw`[ \t]+`, each: (length) => (length > 1 ? 1 : 0) },
  { run: String.raw`[\r\n]+`, each: () => 1 },
  { run: String.raw`[\u0021-\u007e]`, each: (length) => length },
  { run: String.raw`[\p{Script=Latin}\p{Script=Cyrillic}\p{M}]+`, each: (length) => Math.ceil(length * 0.7) },
  { run: String.raw`\p{Script=Greek}`, each: () => 1.1 },
  { run: String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]`, each: () => 1.4 },
  { run: String.raw`\p{Script=Hangul}`, each: () => 1.7 },
  { run: String.raw`\p{L}`, each: () => 2 },
  { run: String.raw`[\s\S]`, each: () => 3 },
];

const pattern = new RegExp(kinds.map(({ run }) => `(${run})`).join('|'), 'gu');

export function estimateTokens(text: string): number {
  let sum = 0;
  for (const [run, ...groups] of text.matchAll(pattern)) {
    const kind = kinds[groups.findIndex((group) => group !== undefined)];
    sum += kind?.each(run.length) ?? run.length;
  }
  return Math.ceil(sum);
}
