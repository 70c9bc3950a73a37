/**
 * The body of an OpenAI Responses request (https://platform.openai.com/docs/api-reference/responses/create). Pure.
 * Nothing is stored at the server: the record is ours, so reasoning goes to and fro, encrypted.
 */

import { compact } from '@perdure/contract';
import type { ModelToolCall, ToolOffer } from '../../turn/message.ts';
import type { ModelTurnRequest } from '../../turn/port.ts';
import { argumentsOf, arrange, plain, type ArrangedMessage } from '../arrange.ts';
import {
  isStrictSchema,
  wantsSchema,
  wellFormedJson,
  wireToolName,
  withSchemaInWords,
  type BodyOptions,
} from '../format.ts';

const isGoodId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

export function responsesBody(request: ModelTurnRequest, options: BodyOptions): Readonly<Record<string, unknown>> {
  const { tools, mustAnswer, temperature, schema } = request;
  const { model, asked, features, maxOutputTokens } = options;
  const takesSchema = wantsSchema(request) && features.has('response_format');
  const format = { type: 'json_schema', name: 'answer', strict: isStrictSchema(schema), schema };
  return {
    model,
    instructions: takesSchema ? request.instructions : withSchemaInWords(request),
    input: arrange(request.messages, { asked, isGoodId: features.has('call_ids') ? isGoodId : plain }).flatMap(
      (message) => inputItems(message, options),
    ),
    store: false,
    ...compact({
      include: features.has('carried') ? ['reasoning.encrypted_content'] : undefined,
      tools: tools.length === 0 ? undefined : tools.map(wireTool),
      tool_choice: tools.length > 0 && mustAnswer && features.has('tool_choice') ? 'none' : undefined,
      text: takesSchema ? { format } : undefined,
      temperature: features.has('temperature') ? temperature : undefined,
      max_output_tokens: maxOutputTokens,
      stream: features.has('stream') ? true : undefined,
    }),
  };
}

function inputItems(arranged: ArrangedMessage, { features }: BodyOptions): readonly object[] {
  switch (arranged.role) {
    case 'user':
      return [said('user', 'input_text', arranged.text)];
    case 'assistant': {
      const { message, calls, isOwn } = arranged;
      // An item of reasoning is refused without the call or the message that it led to.
      const reasoning = isOwn && features.has('carried') ? message.carried?.['items'] : undefined;
      const items: readonly object[] = Array.isArray(reasoning) ? (reasoning as readonly object[]) : [];
      const text = message.content.trim() === '' ? [] : [said('assistant', 'output_text', message.content)];
      return [...items, ...text, ...calls.map(wireCall)];
    }
    case 'results': {
      const { results, text } = arranged;
      const outputs = results.map(({ id, content }) => ({
        type: 'function_call_output',
        call_id: id,
        output: content,
      }));
      return text === '' ? outputs : [...outputs, said('user', 'input_text', text)];
    }
    default:
      return arranged satisfies never;
  }
}

function said(role: string, type: string, text: string): object {
  return { type: 'message', role, content: [{ type, text }] };
}

function wireCall(call: ModelToolCall): object {
  return {
    type: 'function_call',
    call_id: call.id,
    name: wireToolName(call.tool),
    arguments: wellFormedJson(argumentsOf(call)),
  };
}

/** Not strict: the schemas of tools are their authors', and most leave a property optional. */
function wireTool({ id, description, input }: ToolOffer): object {
  return { type: 'function', name: id, description, parameters: input, strict: false };
}
