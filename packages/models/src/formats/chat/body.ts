/**
 * The body of a chat completion request: transcript, tools and answer format, in the words of OpenAI's API
 * (https://platform.openai.com/docs/api-reference/chat/create). Pure.
 */

import { compact } from '@perdure/contract';
import type { ModelToolCall, ToolOffer } from '../../turn/message.ts';
import type { ModelTurnRequest } from '../../turn/port.ts';
import { argumentsOf, arrange, plain, paragraphs, type ArrangedMessage } from '../arrange.ts';
import {
  isStrictSchema,
  wantsSchema,
  wellFormedJson,
  wireToolName,
  withSchemaInWords,
  type BodyOptions,
} from '../format.ts';

/** OpenAI takes ids of up to 40 characters. */
const isGoodId = (id: string): boolean => /^[\w.:-]{1,40}$/.test(id);

export function chatBody(request: ModelTurnRequest, options: BodyOptions): Readonly<Record<string, unknown>> {
  const { tools, mustAnswer, temperature } = request;
  const { model, asked, features, maxOutputTokens } = options;
  const takesSchema = wantsSchema(request) && features.has('response_format');
  const instructions = takesSchema ? request.instructions : withSchemaInWords(request);
  const messages = arrange(request.messages, { asked, isGoodId: features.has('call_ids') ? isGoodId : plain });
  const isStream = features.has('stream');
  return {
    model,
    messages: withInstructions(
      instructions,
      messages.flatMap((message) => wireMessages(message, options)),
      options,
    ),
    ...compact({
      // An empty list is refused by many servers.
      tools: tools.length === 0 ? undefined : tools.map(wireTool),
      tool_choice: tools.length > 0 && mustAnswer && features.has('tool_choice') ? 'none' : undefined,
      response_format: takesSchema ? responseFormat(request) : undefined,
      temperature: features.has('temperature') ? temperature : undefined,
      max_tokens: maxOutputTokens,
      stream: isStream ? true : undefined,
      // Servers count the tokens of a stream only when asked, and of a whole answer always.
      stream_options: isStream && features.has('stream_options') ? { include_usage: true } : undefined,
    }),
  };
}

interface WireMessage {
  readonly role: string;
  readonly content: string | null;
  readonly [field: string]: unknown;
}

/** Some templates have no role for instructions: they go before what the user says first. */
function withInstructions(
  instructions: string,
  messages: readonly WireMessage[],
  { features }: BodyOptions,
): readonly WireMessage[] {
  const [first, ...rest] = messages;
  if (features.has('system_role') || first?.role !== 'user')
    return [{ role: 'system', content: instructions }, ...messages];
  return [{ role: 'user', content: paragraphs(instructions, first.content ?? '') }, ...rest];
}

function wireMessages(arranged: ArrangedMessage, { features }: BodyOptions): readonly WireMessage[] {
  switch (arranged.role) {
    case 'user':
      return [{ role: 'user', content: arranged.text }];
    case 'assistant': {
      const { message, calls, isOwn } = arranged;
      const brings = isOwn && features.has('carried');
      // What was thought before an answer is over; what was thought before a call is wanted back with its result.
      const carried = brings && calls.length > 0 ? message.carried : undefined;
      if (calls.length === 0) return [{ role: 'assistant', content: message.content }];
      const content = message.content === '' ? null : message.content;
      return [{ role: 'assistant', content, tool_calls: calls.map((call) => wireCall(call, brings)), ...carried }];
    }
    case 'results': {
      const last = arranged.results.length - 1;
      return arranged.results.map(({ id, content }, place) => ({
        role: 'tool',
        tool_call_id: id,
        content: place === last ? paragraphs(content, arranged.text) : content,
      }));
    }
    default:
      return arranged satisfies never;
  }
}

function wireCall(call: ModelToolCall, brings: boolean): object {
  return {
    id: call.id,
    type: 'function',
    function: { name: wireToolName(call.tool), arguments: wellFormedJson(argumentsOf(call)) },
    ...(brings ? call.carried : undefined),
  };
}

function wireTool({ id, description, input }: ToolOffer): object {
  return { type: 'function', function: { name: id, description, parameters: input } };
}

function responseFormat({ schema }: ModelTurnRequest): object {
  return { type: 'json_schema', json_schema: { name: 'answer', strict: isStrictSchema(schema), schema } };
}
