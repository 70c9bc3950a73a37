/**
 * Makes a transcript fit the context window of a model by shortening what tools gave, never what people or the model
 * said. Pure, and without a model: what is left out is told by a rule. It works on the transcript as recorded, so each
 * turn decides anew.
 *
 * What goes first: outputs that the model has already seen are replaced by a reference, the oldest first. Only then are
 * those of the newest tool requests cut to head and tail, the longest first. If even that is too much, all outputs
 * share what room there is.
 */

import type { TurnMessage } from '@perdure/models';

/** Rule of thumb for English and JSON with the tokenizers in use; there is no exact count without the model's own. */
const charactersPerToken = 4;

/** Below this, head and tail say less than a reference does. */
const minCut = 600;
/** No reference is longer. */
const maxReference = 400;
const maxPreview = 80;
const maxToolName = 64;
const bareNote = '[Left out.]';
/** `5,242,880` */
const grouped = new Intl.NumberFormat('en-US');

export interface FitOptions {
  /** Tokens that a request may take. */
  readonly maxTokens: number;
  /** Tokens that instructions and tools take of it. */
  readonly fixed: number;
}

export interface FittedTranscript {
  readonly messages: readonly TurnMessage[];
  /** Ids of the tool requests whose outputs were shortened, in the order of the messages. */
  readonly replaced: readonly string[];
}

type ToolMessage = Extract<TurnMessage, { role: 'tool' }>;

/** Tokens of a text, by rule of thumb. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

/** The transcript, its tool outputs shortened as far as it must be to fit. It always fits if it would without them. */
export function fitTranscript(messages: readonly TurnMessage[], { maxTokens, fixed }: FitOptions): FittedTranscript {
  const said = messages.reduce((sum, message) => sum + (message.role === 'tool' ? 0 : lengthOf(message)), 0);
  const room = Math.floor((maxTokens - fixed) * charactersPerToken) - said;
  const outputs = messages.filter((message) => message.role === 'tool');
  if (totalLength(outputs.map(({ content }) => content)) <= room) return { messages, replaced: [] };
  const newestRequest = messages.findLastIndex((message) => message.role === 'assistant' && message.toolRequests);
  const seen = messages.slice(0, Math.max(newestRequest, 0)).filter(({ role }) => role === 'tool').length;
  const contents = shortenAll(outputs, { room, seen });

  const replaced = outputs.filter(({ content }, index) => content !== contents[index]);
  let next = 0;
  return {
    messages: messages.map((message) => {
      if (message.role !== 'tool') return message;
      const content = contents[next++] ?? message.content;
      return content === message.content ? message : { ...message, content };
    }),
    replaced: replaced.map(({ toolRequest }) => toolRequest),
  };
}

function lengthOf(message: Exclude<TurnMessage, ToolMessage>): number {
  const requests = message.role === 'assistant' ? message.toolRequests : undefined;
  return message.content.length + (requests === undefined ? 0 : JSON.stringify(requests).length);
}

interface Room {
  /** Characters that all outputs may have together. */
  readonly room: number;
  /** How many of them, from the first on, answer older requests than the newest. */
  readonly seen: number;
}

function shortenAll(outputs: readonly ToolMessage[], { room, seen }: Room): readonly string[] {
  const contents = outputs.map(({ content }) => content);
  let total = totalLength(contents);
  for (const [index, output] of outputs.slice(0, seen).entries()) {
    if (total <= room) return contents;
    const content = shorten(output, maxReference);
    total += content.length - output.content.length;
    contents[index] = content;
  }
  if (total <= room) return contents;

  const older = contents.slice(0, seen);
  const newest = outputs.slice(seen);
  const limit = fairLimit(newest, room - totalLength(older));
  if (limit >= minCut) return [...older, ...newest.map((output) => shorten(output, limit))];
  // Where nothing helps, it is said at least that something is missing.
  const share = room < 0 ? bareNote.length : fairLimit(outputs, room);
  return outputs.map((output) => shorten(output, share));
}

function totalLength(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/**
 * The largest length such that the outputs, each cut to it where it is longer, fit into `room` together. Negative: none
 * does.
 */
function fairLimit(outputs: readonly ToolMessage[], room: number): number {
  const lengths = outputs.map(({ content }) => content.length).toSorted((a, b) => a - b);
  let left = room;
  for (const [index, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - index));
    if (length > share) return share;
    left -= length;
  }
  return left < 0 ? left : Infinity;
}

/** The output in at most `limit` characters: whole, else its head and tail, else a reference to it. */
function shorten({ tool, content }: ToolMessage, limit: number): string {
  if (content.length <= limit) return content;
  if (limit >= minCut) return cutMiddle(content, limit);
  const summary = reference(tool, content);
  return [summary, bareNote].find((text) => text.length <= Math.min(limit, maxReference)) ?? '';
}

function cutMiddle(text: string, limit: number): string {
  // The note for the whole length has at least as many digits.
  const kept = limit - gapNote(text.length).length;
  const tail = Math.floor(kept / 3);
  // A pair of surrogates must not be torn apart: some servers refuse what is left of it.
  const [start, end] = [text.slice(0, kept - tail).toWellFormed(), text.slice(text.length - tail).toWellFormed()];
  return `${start}${gapNote(text.length - kept)}${end}`;
}

function gapNote(missing: number): string {
  return `\n[… ${grouped.format(missing)} characters left out here to save room …]\n`;
}

function reference(tool: string, content: string): string {
  const begin = content.slice(0, maxPreview).toWellFormed().replaceAll(/\s+/g, ' ').replaceAll('"', "'").trim();
  const name = tool.slice(0, maxToolName).toWellFormed();
  const facts = `${grouped.format(content.length)} characters, begins: "${begin}…"`;
  return `[Left out to save room: the output of "${name}" (${facts}). Call the tool again if you need it and repeating it does no harm.]`;
}
