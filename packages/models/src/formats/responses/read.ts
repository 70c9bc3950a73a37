/**
 * What the events of an OpenAI Responses answer mean, and an answer as a whole
 * (https://platform.openai.com/docs/api-reference/responses-streaming). What is said in pieces is said again as a
 * whole; the pieces count, where there were some.
 */

import { compact, type Json } from '@perdure/contract';
import { indexFrom, isObject, listOf, membersOf, nameFrom, textOf, type Given } from '../../wire/loose.ts';
import { nameOf, Oddity } from '../../wire/oddity.ts';
import type { Piece } from '../../wire/piece.ts';
import { faultOf } from '../fault.ts';
import type { EventReader } from '../format.ts';

export function responsesReader(): EventReader {
  return new ResponsesReader();
}

class ResponsesReader implements EventReader {
  /** Text came in pieces. */
  #hasSpoken = false;
  /** Items that were read as a whole. */
  readonly #read = new Set<string>();
  readonly #reasoning = new Map<string, Json>();

  *read(data: Json, event: string | undefined): Generator<Piece> {
    if (data === null || data === '') return;
    if (!isObject(data)) throw new Oddity('it', nameOf(data));
    const type = textOf(data['type']) ?? event;
    const isAnswer = type?.startsWith('response.') === true || data['object'] === 'response';
    const failed = type === 'response.failed' ? membersOf(data['response']) : data;
    const fault = faultOf(failed, { isError: type === 'error' || type === 'response.failed', isAnswer });
    if (fault !== undefined) {
      yield { kind: 'fault', fault };
      return;
    }
    const place = String(indexFrom(data['output_index']) ?? textOf(data['item_id']) ?? 0);
    switch (type) {
      case 'response.output_text.delta': {
        const text = textOf(data['delta']) ?? textOf(membersOf(data['delta'])['text']);
        this.#hasSpoken = true;
        if (text !== undefined) yield { kind: 'text', text };
        return;
      }
      case 'response.refusal.delta':
        this.#hasSpoken = true;
        yield { kind: 'refusal', text: textOf(data['delta']) ?? '' };
        return;
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        yield { kind: 'thought', text: textOf(data['delta']) ?? '' };
        return;
      case 'response.output_item.done':
        yield* this.#item(data['item'], place);
        return;
      case 'response.completed':
      case 'response.incomplete':
      case 'response.done':
        yield* this.#response(membersOf(data['response']));
        yield { kind: 'end' };
        return;
      default:
        if (data['object'] !== 'response') return;
        yield* this.#response(data);
        yield { kind: 'end' };
    }
  }

  *#response(response: Given): Generator<Piece> {
    const model = textOf(response['model']);
    if (model !== undefined) yield { kind: 'model', name: model };
    if (response['status'] === 'failed' || response['status'] === 'cancelled') {
      const fault = faultOf(response, { isError: true, isAnswer: false });
      if (fault !== undefined) {
        yield { kind: 'fault', fault };
        return;
      }
    }
    for (const [index, item] of listOf(response['output']).entries()) yield* this.#item(item, String(index));
    const usage = membersOf(response['usage']);
    const { input_tokens: input, output_tokens: output, total_tokens: total } = usage;
    if (input !== undefined || output !== undefined) yield { kind: 'usage', usage: { input, output, total } };
    const reason = textOf(membersOf(response['incomplete_details'])['reason']);
    if (response['status'] === 'incomplete') yield { kind: 'finish', reason: reason ?? 'max_output_tokens' };
  }

  *#item(item: unknown, place: string): Generator<Piece> {
    if (!isObject(item)) throw new Oddity('item', nameOf(item));
    const name = nameFrom(item['call_id']) ?? nameFrom(item['id']) ?? place;
    if (this.#read.has(name)) return;
    this.#read.add(name);
    switch (item['type']) {
      case 'message':
        if (!this.#hasSpoken) yield* this.#content(item['content']);
        return;
      case 'function_call': {
        const given = item['arguments'];
        yield {
          kind: 'call',
          ...compact({
            id: nameFrom(item['call_id']) ?? nameFrom(item['id']),
            tool: textOf(item['name'])?.trim(),
            text: typeof given === 'string' ? given : undefined,
            whole: typeof given === 'object' && given !== null ? (given as Json) : undefined,
          }),
        };
        return;
      }
      case 'reasoning': {
        yield { kind: 'thought', text: '' };
        // Its state is of no use to the server, and it refuses one that it does not know.
        const { status: _, ...kept } = item;
        this.#reasoning.set(name, kept as Json);
        yield { kind: 'carry', field: 'items', value: [...this.#reasoning.values()] };
        return;
      }
      default:
    }
  }

  *#content(content: unknown): Generator<Piece> {
    if (typeof content === 'string' && content !== '') {
      yield { kind: 'text', text: content };
      return;
    }
    for (const part of listOf(content)) {
      const text = textOf(membersOf(part)['text']);
      if (text !== undefined) yield { kind: 'text', text };
      const refusal = textOf(membersOf(part)['refusal']);
      if (refusal !== undefined) yield { kind: 'refusal', text: refusal };
    }
  }
}
