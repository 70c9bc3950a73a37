/** An answer as it comes together out of its pieces, in the words of no format. */

import { compact, type Json, type Usage } from '@perdure/contract';
import type { Carried, ModelToolCall, ToolOffer } from '../turn/message.ts';
import type { AnswerEnding } from '../turn/port.ts';
import { CallDrafts } from './calls.ts';
import type { Piece, ServerFault } from './piece.ts';
import { splitThoughts, ThoughtSplitter } from './thoughts.ts';
import { readUsage } from './usage.ts';
import { isWrittenCall } from './written-calls.ts';

/** A whole answer. */
export interface Answer {
  readonly text: string;
  readonly toolRequests: readonly ModelToolCall[];
  readonly ending: AnswerEnding;
  readonly usage?: Usage;
  readonly model?: string;
  readonly carried?: Carried;
}

export class AnswerDraft {
  readonly #onText: (delta: string) => void;
  readonly #shown = new ThoughtSplitter();
  readonly #calls = new CallDrafts();
  #texts: string[] = [];
  #refusal = '';
  #hasThoughts = false;
  #finish: string | undefined;
  #hasEnded = false;
  #usage: Usage | undefined;
  #model: string | undefined;
  #carried: Record<string, Json> = {};
  fault: ServerFault | undefined;

  constructor(onText: (delta: string) => void) {
    this.#onText = onText;
  }

  /** The server has said why the model stopped, or that nothing follows. */
  get isComplete(): boolean {
    return this.#finish !== undefined || this.#hasEnded;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether there is anything to an answer. */
  get isEmpty(): boolean {
    return this.#texts.length === 0 && this.#calls.count === 0 && this.#refusal === '' && !this.#hasThoughts;
  }

  add(piece: Piece): void {
    switch (piece.kind) {
      case 'text': {
        this.#texts.push(piece.text);
        const shown = this.#shown.add(piece.text);
        if (shown !== '') this.#onText(shown);
        return;
      }
      case 'thought':
        this.#hasThoughts = true;
        return;
      case 'refusal':
        this.#refusal += piece.text;
        return;
      case 'call':
        this.#calls.add(piece);
        return;
      case 'carry':
        this.#carried[piece.field] = joined(this.#carried[piece.field], piece.value);
        return;
      case 'usage':
        this.#usage = readUsage(piece.usage) ?? this.#usage;
        return;
      case 'model':
        this.#model ??= piece.name;
        return;
      case 'finish':
        this.#finish = piece.reason;
        return;
      case 'fault':
        // What comes behind a whole answer takes nothing from it.
        if (!this.isComplete) this.fault ??= piece.fault;
        return;
      case 'end':
        this.#hasEnded = true;
        return;
      default:
        piece satisfies never;
    }
  }

  /** The answer. Throws an `Oddity` where a call cannot be understood. */
  finish({ tools, endings }: { readonly tools: readonly ToolOffer[]; readonly endings: Endings }): Answer {
    const rest = this.#shown.end();
    if (rest !== '') this.#onText(rest);
    const said = splitThoughts(this.#texts.join(''));
    const told = this.#finish === undefined ? undefined : endings[this.#finish];
    const isCut = told === 'length';
    const toolRequests = this.#calls.finish({ isCut });
    const text = this.#refusal === '' ? said.text : this.#refusal;
    const ending = this.#endingOf({ told, calls: toolRequests.length, text, tools, isThinking: said.isCut });
    return {
      text,
      toolRequests,
      ending,
      ...compact({
        usage: this.#usage,
        model: this.#model,
        carried: Object.keys(this.#carried).length === 0 ? undefined : this.#carried,
      }),
    };
  }

  #endingOf(about: {
    readonly told: AnswerEnding | undefined;
    readonly calls: number;
    readonly text: string;
    readonly tools: readonly ToolOffer[];
    readonly isThinking: boolean;
  }): AnswerEnding {
    const { told, calls, text, tools, isThinking } = about;
    if (told === 'content-filter' || told === 'length') return told;
    if (this.#refusal !== '' || told === 'refused') return 'refused';
    if (calls > 0) return 'tool-calls';
    // A thought without an end was cut off, whatever the server says.
    if (isThinking) return 'length';
    if (isWrittenCall(text, tools)) return 'call-as-text';
    return text.trim() === '' ? 'empty' : 'answered';
  }
}

/** What the reasons of a format to stop mean; one that is not named says that the model was done. */
export type Endings = Readonly<Record<string, AnswerEnding>>;

/** Texts come in pieces; of anything else the last counts. */
function joined(before: Json | undefined, value: Json): Json {
  return typeof before === 'string' && typeof value === 'string' ? before + value : value;
}
