/**
 * What the events of an Anthropic Messages answer mean, and an answer as a whole
 * (https://docs.anthropic.com/en/docs/build-with-claude/streaming).
 */

import { compact, type Json } from '@perdure/contract';
import { indexFrom, isObject, listOf, membersOf, nameFrom, textOf, type Given } from '../../wire/loose.ts';
import { nameOf, Oddity } from '../../wire/oddity.ts';
import type { Piece } from '../../wire/piece.ts';
import { countOf } from '../../wire/usage.ts';
import { faultOf } from '../fault.ts';
import type { EventReader } from '../format.ts';

export function messagesReader(): EventReader {
  return new MessagesReader();
}

class MessagesReader implements EventReader {
  /** Thinking blocks by their index: they go back as they came. */
  readonly #thinking = new Map<number, Given>();
  /** Indexes of blocks that mean nothing to us. */
  readonly #others = new Set<number>();
  #usage: Given = {};

  *read(data: Json, event: string | undefined): Generator<Piece> {
    if (data === null || data === '') return;
    if (!isObject(data)) throw new Oddity('it', nameOf(data));
    const type = textOf(data['type']) ?? event;
    const fault = faultOf(data, { isError: type === 'error', isAnswer: type !== undefined });
    if (fault !== undefined) {
      yield { kind: 'fault', fault };
      return;
    }
    switch (type) {
      case 'message_start':
        yield* this.#message(membersOf(data['message']));
        return;
      case 'message':
        yield* this.#message(data);
        yield { kind: 'end' };
        return;
      case 'content_block_start':
        yield* this.#block(data['content_block'], indexFrom(data['index']) ?? 0, { isWhole: false });
        return;
      case 'content_block_delta':
        yield* this.#delta(membersOf(data['delta']), indexFrom(data['index']) ?? 0);
        return;
      case 'message_delta':
        yield* this.#count(data['usage']);
        yield* finishOf(membersOf(data['delta']));
        return;
      case 'message_stop':
        yield { kind: 'end' };
        return;
      default:
      // Pings, ends of blocks, and whatever will be added: the documentation asks to pass over what is not known.
    }
  }

  *#message(message: Given): Generator<Piece> {
    const model = textOf(message['model']);
    if (model !== undefined) yield { kind: 'model', name: model };
    const { content } = message;
    if (typeof content === 'string' && content !== '') yield { kind: 'text', text: content };
    else for (const [index, block] of listOf(content).entries()) yield* this.#block(block, index, { isWhole: true });
    yield* this.#count(message['usage']);
    yield* finishOf(message);
  }

  *#block(block: unknown, index: number, { isWhole }: { readonly isWhole: boolean }): Generator<Piece> {
    if (!isObject(block)) throw new Oddity('content_block', nameOf(block));
    switch (block['type']) {
      case 'text': {
        const text = textOf(block['text']);
        if (text !== undefined) yield { kind: 'text', text };
        return;
      }
      case 'tool_use': {
        const { input } = block;
        // A stream begins with an empty object, and sends the arguments as text.
        const isGiven = isWhole || (isObject(input) && Object.keys(input).length > 0);
        yield {
          kind: 'call',
          index,
          ...compact({
            id: nameFrom(block['id']),
            tool: textOf(block['name'])?.trim(),
            text: typeof input === 'string' ? input : undefined,
            whole: isGiven && typeof input === 'object' ? (input as Json) : undefined,
          }),
        };
        return;
      }
      case 'thinking':
      case 'redacted_thinking':
        yield { kind: 'thought', text: textOf(block['thinking']) ?? '' };
        yield* this.#carry(index, block);
        return;
      default:
        this.#others.add(index);
    }
  }

  *#delta(delta: Given, index: number): Generator<Piece> {
    const text = textOf(delta['text']);
    if (text !== undefined) yield { kind: 'text', text };
    const part = delta['partial_json'];
    // Tools of the server itself have arguments too, and are no business of ours.
    const isOurs = !this.#others.has(index);
    if (isOurs && typeof part === 'string' && part !== '') yield { kind: 'call', index, text: part };
    if (isOurs && isObject(part)) yield { kind: 'call', index, whole: part as Json };
    const { thinking, signature } = delta;
    if (typeof thinking !== 'string' && typeof signature !== 'string') return;
    if (typeof thinking === 'string') yield { kind: 'thought', text: thinking };
    const block = this.#thinking.get(index) ?? { type: 'thinking' };
    yield* this.#carry(index, {
      ...block,
      thinking: `${textOf(block['thinking']) ?? ''}${typeof thinking === 'string' ? thinking : ''}`,
      signature: `${textOf(block['signature']) ?? ''}${typeof signature === 'string' ? signature : ''}`,
    });
  }

  *#carry(index: number, block: Given): Generator<Piece> {
    this.#thinking.set(index, block);
    const blocks = [...this.#thinking.entries()].toSorted(([a], [b]) => a - b).map(([, one]) => one as Json);
    yield { kind: 'carry', field: 'blocks', value: blocks };
  }

  /** The prompt is counted at the beginning, the answer at the end; what was read from a cache is counted apart. */
  *#count(usage: unknown): Generator<Piece> {
    const said = Object.entries(membersOf(usage)).filter(([, value]) => countOf(value) !== undefined && value !== 0);
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) };
    const { input_tokens: input, output_tokens: output } = this.#usage;
    const { cache_creation_input_tokens: written, cache_read_input_tokens: read } = this.#usage;
    if (!isObject(usage) || (input === undefined && written === undefined && read === undefined)) return;
    const sum = [input, written, read].reduce<number>((total, count) => total + (countOf(count) ?? 0), 0);
    yield { kind: 'usage', usage: { input: sum, output: output ?? 0 } };
  }
}

function* finishOf(message: Given): Generator<Piece> {
  const reason = textOf(message['stop_reason']);
  if (reason !== undefined) yield { kind: 'finish', reason: reason.toLowerCase() };
}
