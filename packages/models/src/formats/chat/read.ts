/** What the chunks of a chat completion mean, and a completion as a whole: it is one chunk with a `message`. */

import { compact, type Json } from '@perdure/contract';
import { indexFrom, isObject, listOf, membersOf, nameFrom, textOf, type Given } from '../../wire/loose.ts';
import { nameOf, Oddity } from '../../wire/oddity.ts';
import type { Piece } from '../../wire/piece.ts';
import type { EventReader } from '../format.ts';
import { faultOf } from '../fault.ts';
import { joinDetails } from './reasoning-details.ts';

/** Reasons by which servers say that they failed: DeepSeek, Zhipu, OpenRouter, Gemini. */
const failures: ReadonlySet<string> = new Set([
  'error',
  'insufficient_system_resource',
  'network_error',
  'malformed_function_call',
  'abort',
]);

/** Thoughts, by the names that servers give them. */
const thoughtFields = ['reasoning_content', 'reasoning', 'thinking', 'thoughts'] as const;
/** Fields of a message that the server wants back: DeepSeek, LiteLLM, Gemini. */
const carriedTexts = ['reasoning_content'] as const;
const carriedValues = ['thinking_blocks', 'extra_content', 'reasoning_signature', 'thought_signature'] as const;
/** And of a call. */
const carriedOfCall = ['extra_content', 'thought_signature', 'provider_specific_fields'] as const;

export function chatReader(): EventReader {
  return new ChatReader();
}

class ChatReader implements EventReader {
  #hasText = false;
  #details: readonly Json[] = [];

  *read(data: Json, event: string | undefined): Generator<Piece> {
    if (!isObject(data)) {
      if (data === null || data === '' || (Array.isArray(data) && data.length === 0)) return;
      // Some wrap the answer, or an error, into a list of one.
      if (Array.isArray(data) && isObject(data[0])) {
        yield* this.read(data[0] as Json, event);
        return;
      }
      throw new Oddity('it', nameOf(data));
    }
    const fault = faultOf(data, { isError: event === 'error', isAnswer: hasChoices(data) });
    if (fault !== undefined) {
      yield { kind: 'fault', fault };
      return;
    }
    const model = textOf(data['model']);
    if (model !== undefined) yield { kind: 'model', name: model };
    yield* this.#readChoice(data['choices']);
    yield* usageOf(data);
  }

  *#readChoice(choices: unknown): Generator<Piece> {
    if (choices === undefined || choices === null || choices === '') return;
    if (typeof choices !== 'object') throw new Oddity('choices', nameOf(choices));
    // One is asked for: what a server says of a second is not read.
    const choice = listOf(choices).find((one) => (indexFrom(membersOf(one)['index']) ?? 0) === 0);
    if (!isObject(choice)) return;
    const delta = [choice['delta'], choice['message']].find((one) => isObject(one) && Object.keys(one).length > 0);
    if (delta !== undefined)
      yield* this.#readMessage(delta as Given, { isAgain: this.#hasText && delta === choice['message'] });
    else if (typeof choice['delta'] === 'string') yield* this.#textPieces(choice['delta']);
    else yield* this.#textPieces(choice['text']);
    const reason = textOf(choice['finish_reason'])?.toLowerCase();
    if (reason === undefined || reason === 'null') return;
    const words = `the model stopped with "${reason}"`;
    yield failures.has(reason) ? { kind: 'fault', fault: { reason, words } } : { kind: 'finish', reason };
  }

  /** `isAgain`: the whole message, behind its pieces. */
  *#readMessage(message: Given, { isAgain }: { readonly isAgain: boolean }): Generator<Piece> {
    for (const field of thoughtFields) {
      const thought = thoughtOf(message[field]);
      if (thought !== '') yield { kind: 'thought', text: thought };
    }
    if (!isAgain) {
      for (const piece of contentPieces(message['content'])) {
        this.#hasText ||= piece.kind === 'text';
        yield piece;
      }
      const refusal = textOf(message['refusal']);
      if (refusal !== undefined) yield { kind: 'refusal', text: refusal };
      yield* callPieces(message['tool_calls']);
      // The form before `tool_calls`, which some servers still speak.
      if (isObject(message['function_call'])) yield* callPieces([{ function: message['function_call'] }]);
      for (const field of carriedTexts) {
        const value = textOf(message[field]);
        if (value !== undefined) yield { kind: 'carry', field, value };
      }
    }
    for (const field of carriedValues) {
      const value = message[field];
      if (value !== undefined && value !== null) yield { kind: 'carry', field, value: value as Json };
    }
    if (Array.isArray(message['reasoning_details']) && message['reasoning_details'].length > 0) {
      this.#details = joinDetails(this.#details, message['reasoning_details']);
      yield { kind: 'carry', field: 'reasoning_details', value: this.#details };
    }
  }

  *#textPieces(content: unknown): Generator<Piece> {
    const text = textOf(content);
    if (text === undefined) return;
    this.#hasText = true;
    yield { kind: 'text', text };
  }
}

const hasChoices = (data: Given): boolean =>
  isObject(data['choices']) || (Array.isArray(data['choices']) && data['choices'].length > 0);

/** Text, parts of text and of thoughts (Mistral), or an object where the answer is JSON. */
function* contentPieces(content: unknown): Generator<Piece> {
  if (content === undefined || content === null || content === '') return;
  if (typeof content === 'string') {
    yield { kind: 'text', text: content };
    return;
  }
  if (typeof content !== 'object') throw new Oddity('choices[0].delta.content', nameOf(content));
  if (!Array.isArray(content)) {
    const part = membersOf(content);
    const isPart = typeof part['text'] === 'string' && (part['type'] !== undefined || Object.keys(part).length === 1);
    yield { kind: 'text', text: isPart ? String(part['text']) : JSON.stringify(content) };
    return;
  }
  for (const part of content) {
    if (typeof part === 'string') yield* contentPieces(part);
    if (!isObject(part)) continue;
    const thought = thoughtOf(part['thinking'] ?? part['reasoning']);
    if (thought !== '') yield { kind: 'thought', text: thought };
    const text = textOf(part['text']) ?? textOf(membersOf(part['text'])['value']);
    const isThought = typeof part['type'] === 'string' && /think|reason/.test(part['type']);
    if (text !== undefined) yield { kind: isThought ? 'thought' : 'text', text };
    const refusal = textOf(part['refusal']);
    if (refusal !== undefined) yield { kind: 'refusal', text: refusal };
  }
}

function thoughtOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(thoughtOf).join('');
  const { text, content, thinking } = membersOf(value);
  return [text, content, thinking].find((one) => typeof one === 'string') ?? '';
}

function* callPieces(calls: unknown): Generator<Piece> {
  if (calls === undefined || calls === null) return;
  if (typeof calls !== 'object') throw new Oddity('choices[0].delta.tool_calls', nameOf(calls));
  for (const call of listOf(calls)) {
    if (!isObject(call)) continue;
    const called = isObject(call['function']) ? call['function'] : call;
    const given = called['arguments'] ?? called['parameters'] ?? called['input'];
    const carried = Object.fromEntries(
      carriedOfCall.flatMap((name) =>
        isObject(call[name]) || typeof call[name] === 'string' ? [[name, call[name] as Json]] : [],
      ),
    );
    yield {
      kind: 'call',
      ...compact({
        id: nameFrom(call['id']),
        index: indexFrom(call['index']),
        tool: textOf(called['name'])?.trim(),
        text: typeof given === 'string' ? given : undefined,
        whole: typeof given === 'object' && given !== null ? (given as Json) : undefined,
        carried: Object.keys(carried).length === 0 ? undefined : carried,
      }),
    };
  }
}

/** In its place, or where Groq puts it. */
function* usageOf(data: Given): Generator<Piece> {
  const usage = [data['usage'], membersOf(data['x_groq'])['usage']].find(isObject);
  if (usage === undefined) return;
  const input = usage['prompt_tokens'] ?? usage['input_tokens'];
  const output = usage['completion_tokens'] ?? usage['output_tokens'];
  yield { kind: 'usage', usage: { input, output, total: usage['total_tokens'] } };
}
