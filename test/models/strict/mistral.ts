/** What Mistral refuses: https://docs.mistral.ai/api and mistralai/mistral-common#169. */

import type { Refusal, Rule } from '../shape.ts';
import { callsOf, messagesOf, textOf, unknownFields } from './request.ts';

const fields = new Set(
  'model messages temperature top_p max_tokens stream stop random_seed response_format tools tool_choice presence_penalty frequency_penalty n prediction parallel_tool_calls prompt_mode safe_prompt metadata reasoning_effort'.split(
    ' ',
  ),
);

const messageFields: Readonly<Record<string, ReadonlySet<string>>> = {
  system: new Set(['role', 'content']),
  user: new Set(['role', 'content']),
  assistant: new Set(['role', 'content', 'tool_calls', 'prefix']),
  tool: new Set(['role', 'content', 'tool_call_id', 'name']),
};

/** Which role may come behind which. */
const after: Readonly<Record<string, readonly string[]>> = {
  system: ['system', 'user', 'assistant'],
  user: ['user', 'assistant', 'system'],
  assistant: ['user', 'assistant', 'tool'],
  tool: ['tool', 'assistant'],
};

const invalid = (message: string, type: string, code: string): Refusal => ({
  status: 400,
  body: { object: 'error', message, type, param: null, code },
});

const extra = (loc: readonly (string | number)[]): Refusal => ({
  status: 422,
  body: {
    detail: [{ type: 'extra_forbidden', loc: ['body', ...loc], msg: 'Extra inputs are not permitted', input: true }],
  },
});

/** Order of the roles, forms of ids, no fields beyond those documented. */
export const mistral: Rule = (body) => {
  const [unknown] = unknownFields(body, fields);
  if (unknown !== undefined) return extra([unknown]);
  const messages = messagesOf(body);
  for (const [at, message] of messages.entries()) {
    const role = textOf(message['role']);
    const before = messages[at - 1]?.['role'];
    if (before !== undefined && !(after[textOf(before)] ?? []).includes(role))
      return invalid(
        `Unexpected role '${role}' after role '${textOf(before)}'`,
        'invalid_request_message_order',
        '3230',
      );
    const [stray] = unknownFields(message, messageFields[role] ?? new Set());
    if (stray !== undefined) return extra(['messages', at, role, stray]);
    const content = message['content'];
    if (
      role === 'assistant' &&
      callsOf(message).length === 0 &&
      (content === '' || content === null || content === undefined)
    )
      return invalid(
        'Assistant message must have either content or tool_calls, but not none.',
        'invalid_request_assistant_message',
        '3240',
      );
    const ids = [
      ...callsOf(message).map(({ id }) => textOf(id)),
      ...(role === 'tool' ? [textOf(message['tool_call_id'])] : []),
    ];
    const id = ids.find((one) => !/^[a-zA-Z0-9]{9}$/.test(one));
    if (id !== undefined)
      return invalid(
        `Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`,
        'invalid_function_call',
        '3280',
      );
  }
  const last = textOf(messages.at(-1)?.['role']);
  if (last !== 'user' && last !== 'tool')
    return invalid(
      `Expected last role User or Tool (or Assistant with prefix True) for serving but got ${last}`,
      'invalid_request_message_order',
      '3230',
    );
  return undefined;
};
