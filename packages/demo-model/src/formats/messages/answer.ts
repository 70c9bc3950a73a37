/** An answer as an Anthropic message, whole or as events. Pure. */

import { demoModelId } from '@perdure/contract';
import { parseObject } from '../../wanted-schema.ts';
import type { AnswerEvent, AnswerForm, Completion, Envelope } from '../format.ts';
import { behind, during, namedEvent, piecesOf } from '../pieces.ts';
import { signatureOf } from '../thoughts.ts';

export const messagesForm: AnswerForm = {
  body: messageBody,
  events: messageEvents,
  failure: (_envelope, message) => namedEvent({ type: 'error', error: { type: 'overloaded_error', message } }),
};

export const messagesCallId = (n: number, index: number) => `toolu_demo_${n}_${index}`;

const stopReasons: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  tool_calls: 'tool_use',
  length: 'max_tokens',
  content_filter: 'refusal',
};

const stopReason = ({ finish, refusal }: Completion) =>
  refusal !== undefined && finish === 'stop' ? 'refusal' : (stopReasons[finish] ?? finish);

function messageOf({ n, usage }: Envelope, content: readonly object[]) {
  return {
    id: `msg_demo_${n}`,
    type: 'message',
    role: 'assistant',
    model: demoModelId,
    content,
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: usage.input,
      output_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
  };
}

/** A block as it is told: how it begins, what is added piece by piece, and what it is as a whole. */
interface ToldBlock {
  readonly start: object;
  readonly startCharacters: number;
  readonly deltas: readonly { readonly delta: object; readonly characters: number }[];
  readonly whole: object;
}

function blocksOf({ n }: Envelope, completion: Completion): readonly ToldBlock[] {
  const { thoughts, refusal, toolCalls } = completion;
  const text = completion.text + (refusal ?? '');
  const blocks: ToldBlock[] = [];
  if (thoughts !== undefined) {
    const signature = signatureOf(thoughts);
    const pieces = piecesOf(thoughts).map((piece) => added({ type: 'thinking_delta', thinking: piece }, piece.length));
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      startCharacters: 0,
      deltas: [...pieces, added({ type: 'signature_delta', signature }, 0)],
      whole: { type: 'thinking', thinking: thoughts, signature },
    });
  }
  if (text !== '')
    blocks.push({
      start: { type: 'text', text: '' },
      startCharacters: 0,
      deltas: piecesOf(text).map((piece) => added({ type: 'text_delta', text: piece }, piece.length)),
      whole: { type: 'text', text },
    });
  for (const [index, { name, arguments: given }] of toolCalls.entries()) {
    const call = { type: 'tool_use', id: messagesCallId(n, index), name };
    blocks.push({
      start: { ...call, input: {} },
      startCharacters: name.length,
      deltas: piecesOf(given).map((piece) => added({ type: 'input_json_delta', partial_json: piece }, piece.length)),
      // A whole answer has no place for arguments that are no JSON: this is how the API marks them.
      whole: { ...call, input: parseObject(given) ?? { INVALID_JSON: given } },
    });
  }
  return blocks;
}

const added = (delta: object, characters: number) => ({ delta, characters });

function messageBody(envelope: Envelope, completion: Completion) {
  const blocks = blocksOf(envelope, completion).map(({ whole }) => whole);
  const message = messageOf(envelope, blocks);
  const usage = { ...message.usage, output_tokens: envelope.usage.output };
  return { ...message, stop_reason: stopReason(completion), usage };
}

const event = (type: string, more: object = {}) => namedEvent({ type, ...more });

function* messageEvents(envelope: Envelope, completion: Completion): Generator<AnswerEvent> {
  yield during(event('message_start', { message: messageOf(envelope, []) }));
  yield during(event('ping'));
  for (const [index, { start, startCharacters, deltas }] of blocksOf(envelope, completion).entries()) {
    yield during(event('content_block_start', { index, content_block: start }), startCharacters);
    for (const { delta, characters } of deltas)
      yield during(event('content_block_delta', { index, delta }), characters);
    yield during(event('content_block_stop', { index }));
  }
  const delta = { stop_reason: stopReason(completion), stop_sequence: null };
  yield behind(event('message_delta', { delta, usage: { output_tokens: envelope.usage.output } }));
  yield behind(event('message_stop'));
}
