/**
 * A transcript as every server takes it: the roles alternate, nothing is empty, each result lies behind its call, and
 * ids are in a form that all know. Mistral refuses `user` behind `tool`, Anthropic what is empty, both an id of their
 * neighbour's form.
 */

import type { Json } from '@perdure/contract';
import type { AssistantMessage, ModelToolCall, TurnMessage } from '../turn/message.ts';

export type ArrangedMessage =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly message: AssistantMessage;
      readonly calls: readonly ModelToolCall[];
      /** Said by the model that is asked: what it carries goes back. */
      readonly isOwn: boolean;
    }
  /** What the calls before gave, in their order, and what was said to the model behind them. */
  | { readonly role: 'results'; readonly results: readonly ArrangedResult[]; readonly text: string };

export interface ArrangedResult {
  readonly id: string;
  readonly tool: string;
  readonly content: string;
}

export interface ArrangeOptions {
  /** `server/model` that is asked. */
  readonly asked: string;
  /** False of all: each gets a plain one. */
  readonly isGoodId: (id: string) => boolean;
}

/** No id is taken as it came. */
export const plain = (): boolean => false;

export function arrange(messages: readonly TurnMessage[], options: ArrangeOptions): readonly ArrangedMessage[] {
  const arranged: ArrangedMessage[] = [];
  const ids = new IdForm(options);
  for (const message of messages) {
    const last = arranged.at(-1);
    switch (message.role) {
      case 'user':
        if (last === undefined || last.role === 'assistant') arranged.push({ role: 'user', text: message.content });
        else arranged[arranged.length - 1] = { ...last, text: paragraphs(last.text, message.content) };
        break;
      case 'assistant': {
        const calls = ids.ofCalls(message);
        if (message.content.trim() === '' && calls.length === 0) break;
        arranged.push({ role: 'assistant', message, calls, isOwn: ids.isOwn(message) });
        break;
      }
      case 'tool': {
        const { tool, content } = message;
        const result = { id: ids.ofResult(message.toolRequest), tool, content };
        if (last?.role === 'results') arranged[arranged.length - 1] = { ...last, results: [...last.results, result] };
        else arranged.push({ role: 'results', results: [result], text: '' });
        break;
      }
      default:
        message satisfies never;
    }
  }
  return arranged;
}

/**
 * The arguments of an earlier call. Many servers parse them and fail on what is not JSON, so malformed ones go back
 * inside an object.
 */
export function argumentsOf(call: ModelToolCall): Json {
  return 'malformed' in call ? { malformed: call.malformed } : call.arguments;
}

export function paragraphs(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

/**
 * An id goes back as it came where it can. It is replaced where the server that is asked would refuse it, where it came
 * from another server, or where an earlier turn had the same; by nine letters and digits, the same in each request.
 */
class IdForm {
  readonly #options: ArrangeOptions;
  readonly #used = new Set<string>();
  #turn = 0;
  /** Ids of the newest turn with calls. */
  #sent = new Map<string, string>();

  constructor(options: ArrangeOptions) {
    this.#options = options;
  }

  /** Messages of earlier versions do not say who spoke: the default model of then. */
  isOwn({ from }: AssistantMessage): boolean {
    return from === undefined || from.model === this.#options.asked;
  }

  ofCalls(message: AssistantMessage): readonly ModelToolCall[] {
    const { toolRequests = [] } = message;
    if (toolRequests.length === 0) return [];
    this.#turn += 1;
    this.#sent = new Map();
    return toolRequests.map((request, place) => {
      const isKept = this.isOwn(message) && !this.#used.has(request.id) && this.#options.isGoodId(request.id);
      const id = isKept ? request.id : `t${padded(this.#turn, 4)}c${padded(place + 1, 3)}`;
      this.#used.add(id);
      this.#sent.set(request.id, id);
      return { ...request, id };
    });
  }

  ofResult(id: string): string {
    return this.#sent.get(id) ?? id;
  }
}

const padded = (number: number, length: number): string => String(number).padStart(length, '0');
