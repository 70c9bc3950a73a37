/** An answer as a chat completion, whole or in chunks. Pure. */

import { compact, demoModelId } from '@perdure/contract';
import type { AnswerEvent, AnswerForm, Completion, Envelope } from '../format.ts';
import { openaiError } from '../openai-error.ts';
import { behind, during, piecesOf } from '../pieces.ts';

interface ChatOptions {
  /** Whether a stream ends with a count of its tokens. */
  readonly includeUsage: boolean;
}

export const chatForm = (options: ChatOptions): AnswerForm => ({
  body: completionBody,
  events: (envelope, completion) => completionEvents(envelope, completion, options),
  failure: (_envelope, message) => `data: ${JSON.stringify(openaiError(503, message, {}))}\n\n`,
});

const answerId = (n: number) => `chatcmpl-demo-${n}`;
export const chatCallId = (n: number, index: number) => `call_${answerId(n)}_${index}`;

function usageOf({ usage: { input, output, thoughts } }: Envelope) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...compact({ completion_tokens_details: thoughts > 0 ? { reasoning_tokens: thoughts } : undefined }),
  };
}

const wireToolCalls = ({ n }: Envelope, { toolCalls }: Completion) =>
  toolCalls.map((call, index) => ({ id: chatCallId(n, index), type: 'function', function: call }));

function completionBody(envelope: Envelope, completion: Completion) {
  const toolCalls = wireToolCalls(envelope, completion);
  const { text, refusal, thoughts, finish } = completion;
  const content = text === '' && (toolCalls.length > 0 || refusal !== undefined) ? null : text;
  return {
    id: answerId(envelope.n),
    object: 'chat.completion',
    created: envelope.created,
    model: demoModelId,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content,
          ...compact({
            refusal,
            reasoning_content: thoughts,
            tool_calls: toolCalls.length > 0 ? toolCalls : undefined,
          }),
        },
        finish_reason: finish,
      },
    ],
    usage: usageOf(envelope),
  };
}

function* completionEvents(
  envelope: Envelope,
  completion: Completion,
  { includeUsage }: ChatOptions,
): Generator<AnswerEvent> {
  const event = (choices: readonly unknown[], more: object = {}) =>
    `data: ${JSON.stringify({
      id: answerId(envelope.n),
      object: 'chat.completion.chunk',
      created: envelope.created,
      model: demoModelId,
      choices,
      ...more,
    })}\n\n`;
  const delta = (delta: object, finish: string | null = null) => event([{ index: 0, delta, finish_reason: finish }]);
  const part = (change: object, characters: number) => during(delta(change), characters);

  yield part({ role: 'assistant', content: '' }, 0);
  for (const piece of piecesOf(completion.thoughts ?? '')) yield part({ reasoning_content: piece }, piece.length);
  for (const piece of piecesOf(completion.text)) yield part({ content: piece }, piece.length);
  for (const piece of piecesOf(completion.refusal ?? '')) yield part({ refusal: piece }, piece.length);
  for (const [index, call] of wireToolCalls(envelope, completion).entries()) {
    const { name, arguments: text } = call.function;
    yield part({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] }, name.length);
    for (const piece of piecesOf(text)) {
      yield part({ tool_calls: [{ index, function: { arguments: piece } }] }, piece.length);
    }
  }
  yield behind(delta({}, completion.finish));
  if (includeUsage) yield behind(event([], { usage: usageOf(envelope) }));
  yield behind('data: [DONE]\n\n');
}
