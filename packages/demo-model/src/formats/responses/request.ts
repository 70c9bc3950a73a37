/** Reading an OpenAI Responses request. */

import { compact } from '@perdure/contract';
import { findLoneSurrogate, firstFault } from '../checks.ts';
import type { ModelRequest, ReadRequest, RefusedRequest, RequestItem, ToolChoice, WantedFormat } from '../format.ts';
import { decryptThoughts } from '../thoughts.ts';
import { responsesForm } from './answer.ts';
import { responsesSchema, type InputItem, type ResponsesRequest } from './schema.ts';
import { findNotStrict } from './strict.ts';

export function readResponses(body: unknown): ReadRequest {
  const parsed = responsesSchema.safeParse(body);
  if (!parsed.success) {
    const { place, message, isUnknown } = firstFault(parsed.error);
    const param = bracketed(place);
    return isUnknown
      ? refused(`Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' })
      : refused(`Invalid value for '${param || 'the body'}': ${message}.`, { param, code: 'invalid_value' });
  }
  const { data } = parsed;
  const surrogate = findLoneSurrogate(data);
  if (surrogate !== undefined)
    return refused('We could not parse the JSON body of your request: it holds half a surrogate pair.');
  const items: readonly InputItem[] =
    typeof data.input === 'string' ? [{ role: 'user', content: data.input }] : data.input;
  const refusal = refusalOfItems(items) ?? refusalOfFields(data);
  if (refusal !== undefined) return refusal;
  const wantsEncrypted = data.include?.includes('reasoning.encrypted_content') === true;
  return { kind: 'read', request: toRequest(data, items), form: responsesForm({ wantsEncrypted, request: data }) };
}

const refused = (message: string, about: Partial<RefusedRequest> = {}): RefusedRequest => ({
  ...about,
  kind: 'refused',
  message,
});

/** `input.0.role` as the API writes it: `input[0].role`. */
const bracketed = (place: string): string => place.replaceAll(/\.(\d+)/g, '[$1]');

/** Calls and outputs belong together; of reasoning, what is inside must be there, since nothing is stored. */
function refusalOfItems(items: readonly InputItem[]): RefusedRequest | undefined {
  const about = { param: 'input' };
  const asked = new Set<string>();
  const answered = new Set<string>();
  for (const [place, item] of items.entries()) {
    if (item.type === 'function_call') asked.add(item.call_id);
    if (item.type === 'function_call_output') {
      if (!asked.has(item.call_id))
        return refused(`No tool call found for function call output with call_id ${item.call_id}.`, about);
      answered.add(item.call_id);
    }
    if (item.type !== 'reasoning') continue;
    const { id, encrypted_content: content } = item;
    if (content === undefined || content === null)
      return refused(
        `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false, and the demo model stores none.`,
        { ...about, status: 404 },
      );
    if (decryptThoughts(content) === undefined)
      return refused(`The encrypted content for item ${id} could not be verified.`, {
        code: 'invalid_encrypted_content',
      });
    const next = items[place + 1];
    const isLedTo = next?.type === 'function_call' || next?.type === 'reasoning' || isSaid(next);
    if (!isLedTo)
      return refused(`Item '${id}' of type 'reasoning' was provided without its required following item.`, about);
  }
  const open = [...asked].find((id) => !answered.has(id));
  return open === undefined ? undefined : refused(`No tool output found for function call ${open}.`, about);
}

const isSaid = (item: InputItem | undefined): boolean =>
  item !== undefined && 'role' in item && item.role === 'assistant';

function refusalOfFields(data: ResponsesRequest): RefusedRequest | undefined {
  const { previous_response_id: previous, tools, tool_choice: choice, text } = data;
  if (previous)
    return refused(`Previous response with id '${previous}' not found.`, {
      param: 'previous_response_id',
      code: 'previous_response_not_found',
    });
  const isNamed = typeof choice === 'object' && choice !== null;
  if (isNamed && tools?.some(({ name }) => name === choice.name) !== true)
    return refused(`Tool choice '${choice.name}' not found in 'tools' parameter.`, { param: 'tool_choice' });
  if (choice === 'required' && !tools?.length)
    return refused("Tool choice 'required' must be specified with 'tools' parameter.", { param: 'tool_choice' });
  const format = text?.format;
  if (format?.type === 'json_schema' && format.strict) {
    const fault = findNotStrict(format.schema);
    if (fault !== undefined)
      return refused(`Invalid schema for response_format '${format.name}': ${fault}`, {
        param: 'text.format.schema',
        code: 'invalid_json_schema',
      });
  }
  return undefined;
}

function toRequest(data: ResponsesRequest, items: readonly InputItem[]): ModelRequest {
  const { instructions, input } = data;
  return {
    model: data.model,
    isStream: data.stream === true,
    items: [...(instructions ? [{ kind: 'instructions', text: instructions } as const] : []), ...readItems(items)],
    messages: items.length,
    told: { instructions, input },
    format: readFormat(data.text?.format),
    tools: (data.tools ?? []).map(({ name, parameters }) => ({ name, input: parameters ?? {} })),
    toolChoice: readChoice(data.tool_choice),
    ...compact({ maxOutputTokens: data.max_output_tokens ?? undefined }),
    body: data,
  };
}

function readItems(items: readonly InputItem[]): readonly RequestItem[] {
  const read: RequestItem[] = [];
  // Of the answer that is read: it ends where something else is said.
  let thoughts: readonly string[] = [];
  for (const item of items) {
    switch (item.type) {
      case 'reasoning':
        thoughts = [...thoughts, decryptThoughts(item.encrypted_content ?? '') ?? ''];
        break;
      case 'function_call':
        read.push({ kind: 'call', id: item.call_id, thoughts });
        break;
      case 'function_call_output':
        read.push({ kind: 'result', text: textsOf(item.output).join('\n') });
        thoughts = [];
        break;
      default: {
        const texts = textsOf(item.content);
        const text = texts.join('\n');
        if (item.role === 'assistant') read.push({ kind: 'assistant', text });
        else if (item.role === 'user') read.push({ kind: 'user', text, first: texts[0] ?? '' });
        else read.push({ kind: 'instructions', text });
        if (item.role !== 'assistant') thoughts = [];
      }
    }
  }
  return read;
}

type Content = string | readonly { readonly type: string; readonly [field: string]: unknown }[];

function textsOf(content: Content): readonly string[] {
  if (typeof content === 'string') return [content];
  return content.flatMap(({ text }) => (typeof text === 'string' ? [text] : []));
}

type TextFormat = NonNullable<ResponsesRequest['text']>['format'];

function readFormat(format: TextFormat): WantedFormat {
  if (format?.type === 'json_schema') return { kind: 'schema', schema: format.schema };
  return { kind: format?.type === 'json_object' ? 'json' : 'text' };
}

function readChoice(choice: ResponsesRequest['tool_choice']): ToolChoice {
  if (typeof choice === 'object' && choice !== null) return { kind: 'named', name: choice.name };
  return { kind: choice === 'required' ? 'any' : (choice ?? 'auto') };
}
