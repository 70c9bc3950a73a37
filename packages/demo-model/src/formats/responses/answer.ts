/** An answer as an OpenAI response, whole or as events. Pure. */

import { compact, demoModelId } from '@perdure/contract';
import type { AnswerEvent, AnswerForm, Completion, Envelope } from '../format.ts';
import { behind, during, namedEvent, piecesOf } from '../pieces.ts';
import { encryptThoughts } from '../thoughts.ts';
import type { ResponsesRequest } from './schema.ts';

interface ResponseOptions {
  /** Whether thoughts are sent so that they can come back. */
  readonly wantsEncrypted: boolean;
  /** Its settings are repeated in the answer. */
  readonly request: ResponsesRequest;
}

export const responsesForm = (options: ResponseOptions): AnswerForm => ({
  body: (envelope, completion) => {
    const output = itemsOf(envelope, completion, options).map(({ whole }) => whole);
    return ended(envelope, completion, output, options);
  },
  events: (envelope, completion) => numbered(responseEvents(envelope, completion, options)),
  failure: (envelope, message) => {
    const response = { ...responseOf(envelope, 'failed', options), error: { code: 'server_error', message } };
    return namedEvent({ type: 'response.failed', response });
  },
});

export const responsesCallId = (n: number, index: number) => `call_demo_${n}_${index}`;

/** Why an answer is not complete; undefined where it is. */
function incompleteReason({ finish }: Completion): string | undefined {
  if (finish === 'stop' || finish === 'tool_calls') return undefined;
  return finish === 'length' ? 'max_output_tokens' : finish;
}

function responseOf({ n, created }: Envelope, status: string, { request }: ResponseOptions): object {
  return {
    id: `resp_demo_${n}`,
    object: 'response',
    created_at: created,
    status,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    model: demoModelId,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    store: request.store ?? true,
    temperature: request.temperature ?? 1,
    text: { format: request.text?.format ?? { type: 'text' } },
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    usage: null,
  };
}

function ended(envelope: Envelope, completion: Completion, output: readonly object[], options: ResponseOptions) {
  const { input, output: said, thoughts } = envelope.usage;
  const reason = incompleteReason(completion);
  return {
    ...responseOf(envelope, reason === undefined ? 'completed' : 'incomplete', options),
    incomplete_details: reason === undefined ? null : { reason },
    output,
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: said,
      output_tokens_details: { reasoning_tokens: thoughts },
      total_tokens: input + said,
    },
  };
}

/** An event before its place in the order is known. */
interface ToldEvent {
  readonly data: { readonly type: string };
  readonly characters: number;
  readonly isBehind: boolean;
}

const told = (type: string, more: object, characters = 0): ToldEvent => ({
  data: { type, ...more },
  characters,
  isBehind: false,
});

/** An item of the answer: as it begins, what is told of it, and as a whole. */
interface ToldItem {
  readonly start: object;
  readonly startCharacters: number;
  readonly events: (place: object) => Iterable<ToldEvent>;
  readonly whole: object;
  readonly id: string;
}

function itemsOf({ n }: Envelope, completion: Completion, options: ResponseOptions): readonly ToldItem[] {
  const { thoughts, refusal, text, toolCalls } = completion;
  const part = refusal === undefined ? textPart(text) : refusalPart(refusal);
  const isSilent = text === '' && refusal === undefined;
  const status = incompleteReason(completion) === undefined ? 'completed' : 'incomplete';
  return [
    ...(thoughts === undefined ? [] : [reasoningItem(`rs_demo_${n}`, thoughts, options)]),
    ...(isSilent ? [] : [messageItem(`msg_demo_${n}`, part, status)]),
    ...toolCalls.map(({ name, arguments: given }, index) => {
      const id = `fc_demo_${n}_${index}`;
      return callItem(id, { call_id: responsesCallId(n, index), name, given });
    }),
  ];
}

const summaryPart = (text: string) => ({ type: 'summary_text', text });

function reasoningItem(id: string, thoughts: string, { wantsEncrypted }: ResponseOptions): ToldItem {
  const start = { id, type: 'reasoning', summary: [] };
  const encrypted = compact({ encrypted_content: wantsEncrypted ? encryptThoughts(thoughts) : undefined });
  return {
    id,
    start,
    startCharacters: 0,
    *events(place) {
      const at = { ...place, summary_index: 0 };
      yield told('response.reasoning_summary_part.added', { ...at, part: summaryPart('') });
      for (const delta of piecesOf(thoughts))
        yield told('response.reasoning_summary_text.delta', { ...at, delta }, delta.length);
      yield told('response.reasoning_summary_text.done', { ...at, text: thoughts });
      yield told('response.reasoning_summary_part.done', { ...at, part: summaryPart(thoughts) });
    },
    whole: { ...start, summary: [summaryPart(thoughts)], ...encrypted },
  };
}

/** A part of a message: empty, whole, and by which events it is told. */
interface MessagePart {
  readonly empty: object;
  readonly whole: object;
  readonly text: string;
  readonly event: 'response.output_text' | 'response.refusal';
  readonly done: object;
}

const textPart = (text: string): MessagePart => ({
  empty: { type: 'output_text', annotations: [], logprobs: [], text: '' },
  whole: { type: 'output_text', annotations: [], logprobs: [], text },
  text,
  event: 'response.output_text',
  done: { text, logprobs: [] },
});

const refusalPart = (refusal: string): MessagePart => ({
  empty: { type: 'refusal', refusal: '' },
  whole: { type: 'refusal', refusal },
  text: refusal,
  event: 'response.refusal',
  done: { refusal },
});

function messageItem(id: string, part: MessagePart, status: string): ToldItem {
  const message = { id, type: 'message', role: 'assistant' };
  return {
    id,
    start: { ...message, status: 'in_progress', content: [] },
    startCharacters: 0,
    *events(place) {
      const at = { ...place, content_index: 0 };
      yield told('response.content_part.added', { ...at, part: part.empty });
      for (const delta of piecesOf(part.text)) yield told(`${part.event}.delta`, { ...at, delta }, delta.length);
      yield told(`${part.event}.done`, { ...at, ...part.done });
      yield told('response.content_part.done', { ...at, part: part.whole });
    },
    whole: { ...message, status, content: [part.whole] },
  };
}

interface CallTold {
  readonly call_id: string;
  readonly name: string;
  readonly given: string;
}

function callItem(id: string, { given, ...named }: CallTold): ToldItem {
  const call = { id, type: 'function_call', ...named };
  return {
    id,
    start: { ...call, status: 'in_progress', arguments: '' },
    startCharacters: named.name.length,
    *events(place) {
      for (const delta of piecesOf(given))
        yield told('response.function_call_arguments.delta', { ...place, delta }, delta.length);
      yield told('response.function_call_arguments.done', { ...place, name: named.name, arguments: given });
    },
    whole: { ...call, status: 'completed', arguments: given },
  };
}

function* responseEvents(envelope: Envelope, completion: Completion, options: ResponseOptions): Generator<ToldEvent> {
  const items = itemsOf(envelope, completion, options);
  const begun = { response: responseOf(envelope, 'in_progress', options) };
  yield told('response.created', begun);
  yield told('response.in_progress', begun);
  for (const [index, { id, start, startCharacters, events, whole }] of items.entries()) {
    yield told('response.output_item.added', { output_index: index, item: start }, startCharacters);
    yield* events({ item_id: id, output_index: index });
    yield told('response.output_item.done', { output_index: index, item: whole });
  }
  const output = items.map(({ whole }) => whole);
  const type = incompleteReason(completion) === undefined ? 'response.completed' : 'response.incomplete';
  const response = ended(envelope, completion, output, options);
  yield { ...told(type, { response }), isBehind: true };
}

function* numbered(events: Iterable<ToldEvent>): Generator<AnswerEvent> {
  let n = 0;
  for (const { data, characters, isBehind } of events) {
    const text = namedEvent({ ...data, sequence_number: n });
    n += 1;
    yield isBehind ? behind(text) : during(text, characters);
  }
}
