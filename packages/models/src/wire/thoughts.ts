/**
 * Thoughts that a server leaves in the text of an answer, since it knows no parser for the model: `<think>` of Qwen and
 * DeepSeek, channels of gpt-oss, `[THINK]` of Magistral. What was thought is never the answer.
 */

import { endOfObject } from './objects.ts';

interface Marks {
  readonly open: string;
  readonly close: string;
}

/**
 * As chat templates write them. A closing mark without its opening one belongs to a template that opens the thought
 * itself: all before it was thought.
 */
const marks: readonly Marks[] = [
  { open: '<think>', close: '</think>' },
  { open: '<thinking>', close: '</thinking>' },
  { open: '<thought>', close: '</thought>' },
  { open: '<reasoning>', close: '</reasoning>' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '[THINK]', close: '[/THINK]' },
  { open: '◁think▷', close: '◁/think▷' },
  { open: '<|channel|>analysis<|message|>', close: '<|end|>' },
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
];

/** Around an answer in the format of gpt-oss and of Cohere: no part of it. */
const wrappings =
  /<\|start\|>assistant|<\|channel\|>final(?: ?<\|constrain\|>\w+)?<\|message\|>|<\|return\|>|<\|end\|>|<\|(?:START|END)_RESPONSE\|>/g;

const longestMark = Math.max(...marks.flatMap(({ open, close }) => [open.length, close.length]));

export interface SplitText {
  /** What was said. */
  readonly text: string;
  readonly thoughts: string;
  /** The text ended within a thought. */
  readonly isCut: boolean;
}

/** Splits a whole text. Within an object at its beginning nothing is a mark, since marks stand in strings there. */
export function splitThoughts(text: string): SplitText {
  if (!mayThink(text)) return { text: said(text), thoughts: '', isCut: false };
  const start = text.indexOf('{');
  if (start < 0 || text.slice(0, start).trim() !== '') return splitProse(text);
  const end = endOfObject(text, start) ?? text.length;
  const [object, rest] = [text.slice(0, end), text.slice(end)];
  const mark = firstMark(rest);
  // Of a thought that the template has opened the object was a part.
  if (mark !== undefined && mark.opens === undefined) return splitProse(text, { isObject: false });
  const split = splitProse(rest);
  return { ...split, text: said(object) + split.text };
}

function splitProse(text: string, { isObject }: { readonly isObject?: boolean } = {}): SplitText {
  const splitter = new ThoughtSplitter(isObject);
  const spoken = splitter.add(text) + splitter.end();
  return { text: said(spoken), thoughts: splitter.thoughts, isCut: splitter.isThinking };
}

const mayThink = (text: string): boolean =>
  marks.some(({ open, close }) => text.includes(open) || text.includes(close));

function said(text: string): string {
  return text.includes('<|') ? text.replaceAll(wrappings, '') : text;
}

/** Splits a text as it comes, so that who watches sees no thoughts: what may begin a mark is held back. */
export class ThoughtSplitter {
  #held = '';
  /** By which the thought that we are in ends. */
  #close: string | undefined;
  #spoken = '';
  /** Whether what is said begins as an object does; unknown before its first character. */
  #isObject: boolean | undefined;
  thoughts = '';

  /** `isObject`: where it is known whether what is said begins as an object does. */
  constructor(isObject?: boolean) {
    this.#isObject = isObject;
  }

  get isThinking(): boolean {
    return this.#close !== undefined;
  }

  /** Answers what can be shown of it. */
  add(piece: string): string {
    this.#held += piece;
    let shown = '';
    for (;;) {
      const step = this.#close === undefined ? this.#speak() : this.#think(this.#close);
      if (step === undefined) return shown;
      shown += step;
    }
  }

  /** What is left when nothing follows. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    if (this.#close !== undefined) {
      this.thoughts += rest;
      return '';
    }
    this.#spoken += rest;
    return rest;
  }

  #speak(): string | undefined {
    if (this.#held === '') return undefined;
    this.#isObject ??= startsObject(this.#spoken + this.#held);
    // Within an object nothing is a mark.
    if (this.#isObject === true) return this.#say(this.#held.length);
    const mark = firstMark(this.#held);
    if (mark === undefined) {
      const safe = this.#held.length - partialMark(this.#held);
      return safe === 0 ? undefined : this.#say(safe);
    }
    if (isInFence(this.#spoken + this.#held.slice(0, mark.at))) return this.#say(mark.at + mark.text.length);
    if (mark.opens !== undefined) {
      const shown = this.#say(mark.at);
      this.#held = this.#held.slice(mark.text.length);
      this.#close = mark.opens;
      return shown;
    }
    // What was said so far was thought, whoever has seen it.
    this.thoughts += this.#spoken + this.#held.slice(0, mark.at);
    this.#listen(this.#held.slice(mark.at + mark.text.length));
    return '';
  }

  #think(close: string): string | undefined {
    const at = this.#held.indexOf(close);
    const end = at < 0 ? Math.max(0, this.#held.length - longestMark) : at;
    this.thoughts += this.#held.slice(0, end);
    this.#held = this.#held.slice(at < 0 ? end : at + close.length);
    if (at < 0) return undefined;
    this.#close = undefined;
    if (this.#spoken.trim() === '') this.#listen(this.#held);
    return '';
  }

  /** The answer begins here. */
  #listen(text: string): void {
    this.#held = text;
    this.#spoken = '';
    this.#isObject = undefined;
  }

  #say(length: number): string {
    const shown = this.#held.slice(0, length);
    this.#spoken += shown;
    this.#held = this.#held.slice(length);
    return shown;
  }
}

interface Mark {
  readonly at: number;
  readonly text: string;
  /** The mark by which the thought that begins here ends. */
  readonly opens: string | undefined;
}

function firstMark(text: string): Mark | undefined {
  let first: Mark | undefined;
  for (const { open, close } of marks) {
    for (const [mark, opens] of [
      [open, close],
      [close, undefined],
    ] as const) {
      const at = text.indexOf(mark);
      if (at >= 0 && (first === undefined || at < first.at)) first = { at, text: mark, opens };
    }
  }
  return first;
}

/** Undefined where nothing but space was said yet. */
function startsObject(text: string): boolean | undefined {
  const first = /\S/.exec(text)?.[0];
  return first === undefined ? undefined : first === '{';
}

/** In a fence stands the answer, or code: a mark in it is a part of a text. */
const isInFence = (text: string): boolean => (text.split('```').length - 1) % 2 === 1;

/** How many characters at the end of the text may be the beginning of a mark. */
function partialMark(text: string): number {
  for (let length = Math.min(longestMark - 1, text.length); length > 0; length -= 1) {
    const end = text.slice(-length);
    if (marks.some(({ open, close }) => open.startsWith(end) || close.startsWith(end))) return length;
  }
  return 0;
}
