/** Reads one answer, from its bytes to what the model said. Knows no socket and no clock. */

import type { ToolOffer } from '../turn/message.ts';
import { AnswerDraft, type Answer, type Endings } from './draft.ts';
import { EventSplitter, type WireEvent } from './events.ts';
import type { Json } from '@perdure/contract';
import { Oddity } from './oddity.ts';
import type { Piece, ServerFault } from './piece.ts';
import { Tail } from './tail.ts';

export type ReadOutcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** The server says that it failed. */
  | { readonly kind: 'fault'; readonly fault: ServerFault }
  /** The answer ended before it was complete. */
  | { readonly kind: 'cut' }
  /** What is needed cannot be understood. `chunk` counts from 1. */
  | { readonly kind: 'odd'; readonly chunk: number; readonly field: string; readonly what: string }
  /** Nothing in it is of a model server's answer. */
  | { readonly kind: 'no_answer' };

export interface AnswerForm {
  readonly endings: Endings;
  readonly reader: () => { readonly read: (data: Json, event: string | undefined) => Iterable<Piece> };
}

/** Reads bytes as they come; says when nothing more is needed. */
export class AnswerReading {
  readonly #form: AnswerForm;
  readonly #tools: readonly ToolOffer[];
  readonly #draft: AnswerDraft;
  readonly #splitter: EventSplitter;
  readonly #tail = new Tail();
  #problem: ReadOutcome | undefined;

  constructor(
    form: AnswerForm,
    { tools, onText }: { readonly tools: readonly ToolOffer[]; readonly onText: (delta: string) => void },
  ) {
    this.#form = form;
    this.#tools = tools;
    this.#draft = new AnswerDraft(onText);
    const reader = form.reader();
    this.#splitter = new EventSplitter((event) => this.#understand(event, reader));
  }

  /** Nothing that follows can change the outcome. */
  get isOver(): boolean {
    return this.#problem !== undefined || this.#draft.hasEnded || this.#draft.fault !== undefined;
  }

  /** The model has stopped; only counts may follow. */
  get isComplete(): boolean {
    return this.#draft.isComplete;
  }

  /** The end of what came, for an error. */
  tail(secrets: readonly string[]): string {
    return this.#tail.read(secrets);
  }

  add(bytes: Uint8Array): void {
    const text = this.#splitter.decode(bytes);
    this.#tail.add(text);
    this.#guard(() => this.#splitter.add(text));
  }

  /** `isWhole`: the connection ended as HTTP promises, so that what has no end of its own is complete. */
  finish({ isWhole }: { readonly isWhole: boolean }): ReadOutcome {
    if (!this.isOver) this.#guard(() => this.#splitter.end({ isWhole }));
    const draft = this.#draft;
    if (this.#problem !== undefined) return this.#problem;
    if (draft.fault !== undefined) return { kind: 'fault', fault: draft.fault };
    if (!draft.isComplete && (draft.isEmpty || !this.#splitter.isDocument)) {
      return draft.isEmpty && isWhole && (this.#splitter.isMarkup || this.#splitter.chunks > 0)
        ? { kind: 'no_answer' }
        : { kind: 'cut' };
    }
    try {
      return { kind: 'answered', answer: draft.finish({ tools: this.#tools, endings: this.#form.endings }) };
    } catch (error) {
      if (error instanceof Oddity) return odd(error, this.#splitter.chunks);
      throw error;
    }
  }

  #understand(event: WireEvent, reader: ReturnType<AnswerForm['reader']>): void {
    if (event.kind === 'end') return this.#draft.add({ kind: 'end' });
    for (const piece of reader.read(event.data, event.event)) this.#draft.add(piece);
  }

  /** What comes behind a complete answer may be as odd as it likes. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Oddity)) throw error;
      if (!this.#draft.isComplete) this.#problem ??= odd(error, this.#splitter.chunks);
    }
  }
}

function odd({ field, what }: Oddity, chunk: number): ReadOutcome {
  return { kind: 'odd', chunk, field, what };
}

/** Reads all of an answer that is at hand. */
export function readBytes(
  form: AnswerForm,
  bytes: Iterable<Uint8Array>,
  { tools = [], isWhole = true }: { readonly tools?: readonly ToolOffer[]; readonly isWhole?: boolean } = {},
): ReadOutcome {
  const reading = new AnswerReading(form, { tools, onText: () => undefined });
  for (const piece of bytes) {
    reading.add(piece);
    if (reading.isOver) break;
  }
  return reading.finish({ isWhole });
}
