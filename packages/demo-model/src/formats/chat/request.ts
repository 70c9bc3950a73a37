/**
 * Reading a chat completion request (https://platform.openai.com/docs/api-reference/chat/create). Unknown members are
 * accepted and ignored, as by most servers that call themselves compatible.
 */

import { compact } from '@perdure/contract';
import { z } from 'zod';
import { findLoneSurrogate, firstFault } from '../checks.ts';
import type { ModelRequest, ReadRequest, RefusedRequest, RequestItem, ToolChoice, WantedFormat } from '../format.ts';
import { chatForm } from './answer.ts';

const textPart = z.looseObject({ type: z.string(), text: z.string().optional() });

const callSchema = z.looseObject({
  id: z.string().min(1),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const messageSchema = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(textPart), z.null()]).optional(),
  tool_calls: z.array(callSchema).min(1).nullish(),
  tool_call_id: z.string().nullish(),
  reasoning_content: z.string().nullish(),
});
type ChatMessage = z.infer<typeof messageSchema>;

const toolChoiceSchema = z.union([
  z.enum(['auto', 'none', 'required']),
  z.looseObject({ function: z.looseObject({ name: z.string() }) }),
]);

const requestSchema = z.looseObject({
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
  tools: z
    .array(
      z.looseObject({
        function: z.looseObject({ name: z.string(), parameters: z.record(z.string(), z.unknown()).optional() }),
      }),
    )
    .nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
});
type ChatRequest = z.infer<typeof requestSchema>;

export function readChat(body: unknown): ReadRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const { place, message } = firstFault(parsed.error);
    return refused(place, `The request is not a chat completion: ${place || 'the body'}: ${message}.`);
  }
  const { data } = parsed;
  const surrogate = findLoneSurrogate(data);
  if (surrogate !== undefined)
    return refused(surrogate, `The request holds half a surrogate pair at ${surrogate}: send whole characters.`);
  const refusal = checkCalls(data.messages);
  if (refusal !== undefined) return refusal;
  const includeUsage = data.stream_options?.include_usage === true;
  return { kind: 'read', request: toRequest(data), form: chatForm({ includeUsage }) };
}

const refused = (param: string, message: string): RefusedRequest => ({ kind: 'refused', param, message });

/** Each call is answered by a message right behind it, and each answer has its call. */
function checkCalls(messages: readonly ChatMessage[]): RefusedRequest | undefined {
  let open = new Set<string>();
  for (const [place, { role, tool_calls: calls, tool_call_id: id }] of [...messages, { role: 'end' }].entries()) {
    if (role === 'tool') {
      if (!open.delete(id ?? ''))
        return refused(
          `messages.${place}.tool_call_id`,
          'Messages with role "tool" must be a response to a preceding message with "tool_calls" of that id.',
        );
      continue;
    }
    if (open.size > 0)
      return refused(
        `messages.${place}.role`,
        `An assistant message with "tool_calls" must be followed by tool messages for each of them; missing: ${[...open].join(', ')}.`,
      );
    open = new Set(role === 'assistant' ? (calls ?? []).map((call) => call.id) : []);
  }
  return undefined;
}

function toRequest(data: ChatRequest): ModelRequest {
  return {
    model: data.model,
    isStream: data.stream === true,
    items: data.messages.flatMap(itemsOf),
    messages: data.messages.length,
    told: data.messages,
    format: readFormat(data.response_format),
    tools: (data.tools ?? []).map(({ function: { name, parameters } }) => ({ name, input: parameters ?? {} })),
    toolChoice: readChoice(data.tool_choice),
    ...compact({ maxOutputTokens: data.max_completion_tokens ?? data.max_tokens ?? undefined }),
    body: data,
  };
}

function itemsOf(message: ChatMessage): readonly RequestItem[] {
  const text = textOf(message);
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ kind: 'instructions', text }];
    case 'tool':
      return [{ kind: 'result', text }];
    case 'assistant': {
      const thoughts = [message.reasoning_content ?? ''].filter((thought) => thought !== '');
      const calls = (message.tool_calls ?? []).map(({ id }) => ({ kind: 'call', id, thoughts }) as const);
      return [{ kind: 'assistant', text }, ...calls];
    }
    default: {
      // A schema may follow in words, as a part of its own.
      const first = Array.isArray(message.content) ? (message.content[0]?.text ?? '') : text;
      return [{ kind: 'user', text, first }];
    }
  }
}

/** The parts joined by line ends; what is not text has none. */
function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('\n');
}

function readFormat(format: ChatRequest['response_format']): WantedFormat {
  const schema = format?.json_schema?.schema;
  if (schema !== undefined) return { kind: 'schema', schema };
  return { kind: format?.type === 'json_object' ? 'json' : 'text' };
}

function readChoice(choice: ChatRequest['tool_choice']): ToolChoice {
  if (typeof choice === 'object' && choice !== null) return { kind: 'named', name: choice.function.name };
  return { kind: choice === 'required' ? 'any' : (choice ?? 'auto') };
}
