/** What OpenAI's responses refuse: https://platform.openai.com/docs/api-reference/responses/create. */

import type { RequestBody, Rule } from '../shape.ts';
import { bad, isGiven, listOf, looseObject, textOf, unknownFields, type Given } from './request.ts';

const fields = new Set(
  'model input instructions stream store include tools tool_choice parallel_tool_calls temperature top_p text reasoning max_output_tokens metadata previous_response_id truncation user service_tier background prompt max_tool_calls prompt_cache_key safety_identifier stream_options top_logprobs conversation'.split(
    ' ',
  ),
);

const itemsOf = (body: RequestBody): readonly Given[] => listOf(body['input']);

function wrongItem(body: RequestBody): string | undefined {
  const calls = new Set<string>();
  for (const [at, item] of itemsOf(body).entries()) {
    const type = item['type'] ?? 'message';
    if (type === 'function_call') calls.add(textOf(item['call_id']));
    if (type === 'function_call' && typeof item['arguments'] !== 'string')
      return `Invalid type for 'input[${at}].arguments': expected a string, but got an object instead.`;
    if (type === 'function_call_output' && !calls.has(textOf(item['call_id'])))
      return `No tool call found for function call output with call_id ${textOf(item['call_id'])}.`;
    if (type === 'function_call_output' && typeof item['output'] !== 'string')
      return `Invalid type for 'input[${at}].output': expected a string.`;
    if (type === 'message' && !['user', 'assistant', 'system', 'developer'].includes(textOf(item['role'])))
      return `Invalid value: '${textOf(item['role'])}'. Supported values are: 'assistant', 'system', 'developer', and 'user'.`;
    const parts = listOf(item['content']);
    const part = item['role'] === 'assistant' ? /^(output_text|refusal)$/ : /^input_/;
    const odd = type === 'message' ? parts.find((one) => !part.test(textOf(one['type']))) : undefined;
    if (odd !== undefined) return `Invalid value: '${textOf(odd['type'])}' for 'input[${at}].content[0]'.`;
  }
  const outputs = new Set(
    itemsOf(body)
      .filter(({ type }) => type === 'function_call_output')
      .map((item) => textOf(item['call_id'])),
  );
  const open = [...calls].find((id) => !outputs.has(id));
  return open === undefined ? undefined : `No tool output found for function call ${open}.`;
}

/** Form and order of a request, without reasoning. */
export const openaiResponses: Rule = (body) => {
  const [unknown] = unknownFields(body, fields);
  if (unknown !== undefined)
    return bad(`Unknown parameter: '${unknown}'.`, { param: unknown, code: 'unknown_parameter' });
  const wrong = wrongItem(body);
  if (wrong !== undefined) return bad(wrong, { param: 'input' });
  for (const tool of listOf(body['tools']))
    if (tool['type'] === 'function' && typeof tool['name'] !== 'string')
      return bad("Missing required parameter: 'tools[0].name'.", {
        param: 'tools[0].name',
        code: 'missing_required_parameter',
      });
  const text = isGiven(body['text']) ? body['text'] : {};
  const format = isGiven(text['format']) ? text['format'] : {};
  const loose = format['strict'] === true ? looseObject(format['schema']) : undefined;
  if (format['type'] === 'json_schema' && typeof format['name'] !== 'string')
    return bad("Missing required parameter: 'text.format.name'.", {
      param: 'text.format.name',
      code: 'missing_required_parameter',
    });
  return loose === undefined
    ? undefined
    : bad(`Invalid schema for response_format 'answer': ${loose}.`, {
        param: 'text.format.schema',
        code: 'invalid_json_schema',
      });
};

/**
 * A call that a reasoning model made must come back behind its reasoning, and reasoning before what followed it.
 * Without a store only the sealed form of it helps.
 */
export const reasoningBack: Rule = (body) => {
  for (const [at, item] of itemsOf(body).entries()) {
    const before = itemsOf(body)[at - 1];
    const isFirstCall = item['type'] === 'function_call' && before?.['type'] !== 'function_call';
    if (isFirstCall && before?.['type'] !== 'reasoning')
      return bad(
        `Item '${textOf(item['id'])}' of type 'function_call' was provided without its required 'reasoning' item.`,
        { param: 'input' },
      );
    const next = itemsOf(body)[at + 1]?.['type'];
    if (item['type'] === 'reasoning' && next !== 'function_call' && next !== 'message' && next !== 'reasoning')
      return bad(`Item '${textOf(item['id'])}' of type 'reasoning' was provided without its required following item.`, {
        param: 'input',
      });
    if (item['type'] === 'reasoning' && body['store'] === false && typeof item['encrypted_content'] !== 'string')
      return bad(
        `Item with id '${textOf(item['id'])}' not found. Items are not persisted when 'store' is set to false.`,
        { param: 'input' },
        404,
      );
  }
  return undefined;
};
