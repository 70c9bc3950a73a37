/**
 * What OpenAI's chat completions refuse: https://platform.openai.com/docs/guides/structured-outputs and
 * https://platform.openai.com/docs/guides/function-calling.
 */

import type { RequestBody, Rule } from '../shape.ts';
import {
  bad,
  callsOf,
  hasTools,
  isGiven,
  listOf,
  looseObject,
  messagesOf,
  schemaOf,
  textOf,
  unknownFields,
  unknownKeyword,
} from './request.ts';

const fields = new Set(
  'model messages stream stream_options temperature top_p n stop seed tools tool_choice parallel_tool_calls response_format max_tokens max_completion_tokens reasoning_effort frequency_penalty presence_penalty logit_bias logprobs top_logprobs user metadata store modalities service_tier prediction verbosity prompt_cache_key safety_identifier'.split(
    ' ',
  ),
);

const keywords = new Set(
  'type properties required additionalProperties description title enum const items anyOf $ref $defs definitions pattern format multipleOf maximum exclusiveMaximum minimum exclusiveMinimum minItems maxItems minLength maxLength'.split(
    ' ',
  ),
);

/** Where a call has no result behind it, or a result no call before it. */
export function unansweredCall(body: RequestBody): string | undefined {
  const open = new Set<string>();
  for (const message of messagesOf(body)) {
    if (message['role'] === 'tool') {
      if (!open.delete(textOf(message['tool_call_id'])))
        return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
      continue;
    }
    if (open.size > 0) break;
    for (const { id } of callsOf(message)) open.add(textOf(id));
  }
  if (open.size === 0) return undefined;
  return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`;
}

/** The first message whose text is missing where there has to be one. */
function emptyMessage(body: RequestBody): string | undefined {
  const at = messagesOf(body).findIndex(
    (message) => (message['content'] === null || message['content'] === undefined) && callsOf(message).length === 0,
  );
  return at < 0 ? undefined : `Invalid value for 'content': expected a string, got null. (messages.[${at}].content)`;
}

/** All of it. */
export const openaiChat: Rule = (body, about) => {
  const [unknown] = unknownFields(body, fields);
  if (unknown !== undefined) return bad(`Unrecognized request argument supplied: ${unknown}`);
  if (body['stream_options'] !== undefined && body['stream'] !== true)
    return bad("The 'stream_options' parameter is only allowed when 'stream' is enabled.", { param: 'stream_options' });
  if (body['tool_choice'] !== undefined && !hasTools(body))
    return bad("Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.", {
      param: 'tool_choice',
    });
  const wrong = unansweredCall(body) ?? emptyMessage(body);
  if (wrong !== undefined) return bad(wrong, { param: 'messages' });
  for (const tool of listOf(body['tools'])) {
    const name = isGiven(tool['function']) ? textOf(tool['function']['name']) : '';
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      return bad(`Invalid 'tools[0].function.name': string does not match pattern.`, { code: 'invalid_value' });
  }
  return strictSchema(body, about);
};

/** A schema that is called strict must be of the subset. */
export const strictSchema: Rule = (body) => {
  const schema = schemaOf(body);
  const format = body['response_format'];
  const isStrict = isGiven(format) && isGiven(format['json_schema']) && format['json_schema']['strict'] === true;
  if (schema === undefined || !isStrict) return undefined;
  const keyword = unknownKeyword(schema, keywords);
  const wrong = keyword === undefined ? looseObject(schema) : `'${keyword}' is not permitted`;
  if (wrong === undefined) return undefined;
  return bad(`Invalid schema for response_format 'answer': ${wrong}.`, { param: 'response_format', code: null });
};
