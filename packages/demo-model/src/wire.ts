/**
 * The part of OpenAI's chat completions protocol that the demo model speaks: what it accepts, and the exact shapes it
 * answers with. Pure; unknown members of a request are accepted and ignored, as real servers do.
 */

import { compact, demoModelId } from '@perdure/contract';
import { z } from 'zod';

const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(textPart), z.null()]).optional(),
});
export type ChatMessage = z.infer<typeof messageSchema>;

export const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()).optional() }).optional(),
    })
    .nullish(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

export interface ToolCall {
  readonly name: string;
  /** JSON text, unless the script wants it broken. */
  readonly arguments: string;
}

/** What is said, before it is put into one of the two wire forms. */
export interface Completion {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
}

/** What every part of one answer repeats. */
export interface Envelope {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly usage: TokenUsage;
}

interface TokenUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

/** Text of a message, its parts joined by line ends; what is not text has none. */
export function messageText(message: ChatMessage): string {
  if (typeof message.content === 'string') return message.content;
  return (message.content ?? []).map((part) => part.text ?? '').join('\n');
}

const charactersPerToken = 4;

/** Usage by rule of thumb: there is no tokenizer, and nobody is charged. */
export function countUsage(request: ChatRequest, completion: Completion): TokenUsage {
  const prompt = request.messages.reduce((sum, message) => sum + messageText(message).length, 0);
  const answer = completion.text.length + JSON.stringify(completion.toolCalls).length - 2;
  const promptTokens = Math.ceil(prompt / charactersPerToken);
  const completionTokens = Math.ceil(answer / charactersPerToken);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

const wireToolCalls = (envelope: Envelope, calls: readonly ToolCall[]) =>
  calls.map((call, index) => ({
    id: `call_${envelope.id}_${index}`,
    type: 'function',
    function: call,
  }));

export const finishReason = (completion: Completion) => (completion.toolCalls.length > 0 ? 'tool_calls' : 'stop');

/** The whole answer as one JSON body. */
export function completionBody(envelope: Envelope, completion: Completion) {
  const toolCalls = wireToolCalls(envelope, completion.toolCalls);
  const content = completion.text === '' && toolCalls.length > 0 ? null : completion.text;
  return {
    id: envelope.id,
    object: 'chat.completion',
    created: envelope.created,
    model: demoModelId,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content,
          ...compact({ tool_calls: toolCalls.length > 0 ? toolCalls : undefined }),
        },
        finish_reason: finishReason(completion),
      },
    ],
    usage: envelope.usage,
  };
}

const charactersPerPiece = 24;

const behind = (text: string) => ({ text, characters: 0, isBehind: true });

const piecesOf = (text: string) => text.match(new RegExp(`.{1,${charactersPerPiece}}`, 'gsu')) ?? [];

/** One event of a streamed answer. */
export interface CompletionEvent {
  readonly text: string;
  /** How much of what is said it carries, tool names and arguments included. */
  readonly characters: number;
  /** Whether everything was said before it. */
  readonly isBehind: boolean;
}

/** The answer as server-sent events, `[DONE]` included. */
export function* completionEvents(
  envelope: Envelope,
  completion: Completion,
  options: { includeUsage: boolean },
): Generator<CompletionEvent> {
  const event = (choices: readonly unknown[], more: object = {}) =>
    `data: ${JSON.stringify({
      id: envelope.id,
      object: 'chat.completion.chunk',
      created: envelope.created,
      model: demoModelId,
      choices,
      ...more,
    })}\n\n`;
  const delta = (delta: object, finish: string | null = null) => event([{ index: 0, delta, finish_reason: finish }]);

  const part = (change: object, characters: number) => ({ text: delta(change), characters, isBehind: false });

  yield part({ role: 'assistant', content: '' }, 0);
  for (const piece of piecesOf(completion.text)) yield part({ content: piece }, piece.length);
  for (const [index, call] of wireToolCalls(envelope, completion.toolCalls).entries()) {
    const { name, arguments: text } = call.function;
    yield part({ tool_calls: [{ index, ...call, function: { name, arguments: '' } }] }, name.length);
    for (const piece of piecesOf(text)) {
      yield part({ tool_calls: [{ index, function: { arguments: piece } }] }, piece.length);
    }
  }
  yield behind(delta({}, finishReason(completion)));
  if (options.includeUsage) yield behind(event([], { usage: envelope.usage }));
  yield behind('data: [DONE]\n\n');
}

export const modelList = {
  object: 'list',
  data: [{ id: demoModelId, object: 'model', created: 0, owned_by: 'perdure' }],
};

/** A refusal or failure, as OpenAI's clients expect it. */
export function errorBody(status: number, message: string, options: { code?: string; param?: string } = {}) {
  const type =
    status === 401
      ? 'authentication_error'
      : status === 429
        ? 'rate_limit_error'
        : status >= 500
          ? 'server_error'
          : 'invalid_request_error';
  return { error: { message, type, param: options.param ?? null, code: options.code ?? null } };
}
