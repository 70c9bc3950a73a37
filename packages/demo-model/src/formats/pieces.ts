/** What all formats need to write an answer: pieces of text, events, and a count of tokens by rule of thumb. Pure. */

import type { AnswerEvent, Completion, ModelRequest, TokenUsage } from './format.ts';

const charactersPerPiece = 24;
const charactersPerToken = 4;

/** A text as it is streamed. */
export const piecesOf = (text: string): readonly string[] =>
  text.match(new RegExp(`.{1,${charactersPerPiece}}`, 'gsu')) ?? [];

/** An event that carries some of what is said, or none of it yet. */
export const during = (text: string, characters = 0): AnswerEvent => ({ text, characters, isBehind: false });
/** An event behind everything that is said. */
export const behind = (text: string): AnswerEvent => ({ text, characters: 0, isBehind: true });

/** An event with a name, which its data repeats as `type`. */
export const namedEvent = (data: { readonly type: string; readonly [field: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/** There is no tokenizer, and nobody is charged. */
export function countUsage({ items }: ModelRequest, completion: Completion): TokenUsage {
  const { text, toolCalls, thoughts = '', refusal = '' } = completion;
  const prompt = items.reduce((sum, item) => sum + (item.kind === 'call' ? 0 : item.text.length), 0);
  const said = text.length + refusal.length + JSON.stringify(toolCalls).length - 2;
  const thought = tokens(thoughts.length);
  return { input: tokens(prompt), output: tokens(said) + thought, thoughts: thought };
}

const tokens = (characters: number): number => Math.ceil(characters / charactersPerToken);

/** A text as far as a limit of tokens allows; undefined where it is within it. */
export function cutAtTokens(text: string, max: number | undefined): string | undefined {
  if (max === undefined || tokens(text.length) <= max) return undefined;
  return text.slice(0, max * charactersPerToken).toWellFormed();
}
