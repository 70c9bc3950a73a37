/**
 * The part of a chat completion request that is ours: transcript, tools and answer format, in the words of OpenAI's
 * API. Pure.
 *
 * It replaces what Mastra would send, because Mastra rewrites it: schemas of tools are turned into draft-07 and lose
 * `format`, `$defs` and more, and of two calls with one id, in whatever turns, only the first is sent, with the result
 * of the second.
 */

import { compact } from '@perdure/contract';
import type { OptionalFeature } from './mastra-failures.ts';
import type { ModelToolCall, ModelTurnRequest, ToolOffer, TurnMessage } from './model-turn.ts';

/** The fields of the body; `features` are those that the server is known or hoped to take. */
export function chatBody(
  request: ModelTurnRequest,
  features: readonly OptionalFeature[],
): Readonly<Record<string, unknown>> {
  const takesSchema = features.includes('response_format');
  const instructions = takesSchema ? request.instructions : withSchema(request);
  return {
    messages: [{ role: 'system', content: instructions }, ...request.messages.map(wireMessage)],
    // An empty list is refused by many servers.
    ...compact({
      tools: request.tools.length === 0 ? undefined : request.tools.map(wireTool),
      tool_choice: request.tools.length > 0 && request.mustAnswer ? 'none' : undefined,
      response_format: takesSchema ? responseFormat(request) : undefined,
    }),
    // Servers count the tokens of a stream only when asked, and of a whole answer always.
    ...compact({
      stream_options:
        features.includes('stream') && features.includes('stream_options') ? { include_usage: true } : undefined,
    }),
  };
}

function wireMessage(message: TurnMessage): object {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.content };
    case 'assistant': {
      const { content, toolRequests = [] } = message;
      if (toolRequests.length === 0) return { role: 'assistant', content };
      return { role: 'assistant', content: content === '' ? null : content, tool_calls: toolRequests.map(wireRequest) };
    }
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolRequest, content: message.content };
    default:
      return message satisfies never;
  }
}

/**
 * Many servers parse the arguments of earlier calls and fail on what is not JSON, so malformed ones go back inside an
 * object.
 */
function wireRequest(request: ModelToolCall): object {
  const given = 'malformed' in request ? { malformed: request.malformed } : request.arguments;
  return { id: request.id, type: 'function', function: { name: request.tool, arguments: JSON.stringify(given) } };
}

function wireTool({ id, description, input }: ToolOffer): object {
  return { type: 'function', function: { name: id, description, parameters: input } };
}

function responseFormat({ schema }: ModelTurnRequest): object {
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } };
}

/** For a server without structured output: the wording of Mastra's prompt injection. */
function withSchema({ instructions, schema }: ModelTurnRequest): string {
  const rule = 'You MUST answer with a JSON object that matches the JSON schema above.';
  return `${instructions}\n\nJSON schema:\n${JSON.stringify(schema)}\n${rule}`;
}
