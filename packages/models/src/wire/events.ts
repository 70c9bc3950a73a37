/**
 * Splits the bytes of an answer into the JSON that it is made of, in whatever form it comes: a stream of events, one
 * JSON document where a stream was asked for, or JSON by lines. Nothing is lost by where the bytes are cut.
 */

import type { Json } from '@perdure/contract';
import { createParser, type EventSourceParser } from 'eventsource-parser';
import { parseJson } from './loose.ts';
import { Oddity } from './oddity.ts';

export type WireEvent =
  | { readonly kind: 'json'; readonly data: Json; readonly event: string | undefined }
  | { readonly kind: 'end' };

/** What the first character tells of an answer. */
type Form = 'unknown' | 'events' | 'document' | 'markup';

export class EventSplitter {
  readonly #onEvent: (event: WireEvent) => void;
  readonly #decoder = new TextDecoder('utf-8');
  readonly #parser: EventSourceParser;
  #form: Form = 'unknown';
  #document: string[] = [];
  #chunks = 0;
  #isDocument = false;
  /** What is read now may have been cut off. */
  #isLast = false;

  /** `onEvent` may throw: so does then what was called. */
  constructor(onEvent: (event: WireEvent) => void) {
    this.#onEvent = onEvent;
    this.#parser = createParser({
      onEvent: ({ data, event }) => this.#read(data, event),
      // A line that is no field of an event, such as an error in plain text, says nothing to us.
      onError: () => undefined,
    });
  }

  /** Chunks so far, those without meaning included. */
  get chunks(): number {
    return this.#chunks;
  }

  /** All of it was one JSON document. */
  get isDocument(): boolean {
    return this.#isDocument;
  }

  /** HTML, or XML: whoever answers is no model server. */
  get isMarkup(): boolean {
    return this.#form === 'markup';
  }

  /** The text of bytes that come next; a character that they end within is held back. */
  decode(bytes: Uint8Array): string {
    return this.#decoder.decode(bytes, { stream: true });
  }

  /**
   * Nothing follows: the last event may have no empty line behind it. `isWhole`: the connection ended as HTTP promises,
   * else what is left may be cut anywhere.
   */
  end({ isWhole }: { readonly isWhole: boolean }): void {
    this.add(this.#decoder.decode());
    this.#isLast = true;
    if (this.#form === 'events') this.#parser.feed('\n\n');
    if (this.#form === 'document') this.#readDocument({ isWhole });
  }

  /** What was decoded. */
  add(text: string): void {
    if (text === '') return;
    if (this.#form === 'unknown') {
      const begin = this.#document.join('') + text;
      this.#form = formOf(begin);
      this.#document = [begin];
      if (this.#form === 'events') this.#parser.feed(begin);
    } else if (this.#form === 'events') this.#parser.feed(text);
    else if (this.#form === 'document') this.#document.push(text);
  }

  #readDocument({ isWhole }: { readonly isWhole: boolean }): void {
    const text = this.#document.join('').replace(/^\uFEFF/, '');
    const whole = parseJson(text);
    this.#isDocument = whole !== undefined;
    if (whole !== undefined) return this.#emit(whole, undefined);
    this.#isLast = !isWhole;
    this.#readLines(text, undefined);
  }

  /** Each with or without the mark of an event. */
  #readLines(text: string, event: string | undefined): void {
    for (const line of text.split(/\r?\n/)) this.#read(line.replace(/^data:\s*/, ''), event);
  }

  #read(data: string, event: string | undefined): void {
    const text = data.trim();
    if (/^\[done\]$/i.test(text)) return this.#onEvent({ kind: 'end' });
    if (text === '') return;
    const value = parseJson(text);
    if (value !== undefined) return this.#emit(value, event);
    // Two events without the line between them.
    if (/\n/.test(text)) return this.#readLines(text, event);
    // An error in plain text.
    if (event === 'error' && !this.#isLast) return this.#emit({ error: text }, event);
    this.#chunks += 1;
    // `ping`, `keep-alive`, `OPENROUTER PROCESSING`: a word to keep the connection open.
    const isWord = /^[\w .:-]{1,60}$/.test(text);
    if (!isWord && !this.#isLast) throw new Oddity('it', 'not JSON');
  }

  #emit(data: Json, event: string | undefined): void {
    this.#chunks += 1;
    this.#onEvent({ kind: 'json', data, event });
  }
}

function formOf(text: string): Form {
  const first = /[^\s\uFEFF]/.exec(text)?.[0];
  if (first === undefined) return 'unknown';
  if (first === '{' || first === '[') return 'document';
  return first === '<' ? 'markup' : 'events';
}
