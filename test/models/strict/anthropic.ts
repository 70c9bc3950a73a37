/**
 * What Anthropic's messages refuse: https://docs.anthropic.com/en/api/messages, .../build-with-claude/tool-use,
 * .../extended-thinking and .../structured-outputs.
 */

import type { Refusal, RequestBody, Rule } from '../shape.ts';
import { hasTools, isGiven, listOf, messagesOf, subschemas, textOf, unknownFields, type Given } from './request.ts';

const fields = new Set(
  'model messages system max_tokens stream temperature top_p top_k stop_sequences tools tool_choice thinking metadata service_tier output_config output_format container context_management mcp_servers cache_control betas'.split(
    ' ',
  ),
);

const unsupported =
  /^(minimum|maximum|exclusiveMinimum|exclusiveMaximum|multipleOf|minLength|maxLength|maxItems|uniqueItems)$/;

export function invalid(message: string, status = 400, type = 'invalid_request_error'): Refusal {
  return { status, body: { type: 'error', error: { type, message }, request_id: 'req_011' } };
}

const blocksOf = ({ content }: Given): readonly Given[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);

const idsOf = (message: Given | undefined, type: 'tool_use' | 'tool_result'): readonly string[] =>
  (message === undefined ? [] : blocksOf(message))
    .filter((block) => block['type'] === type)
    .map((block) => textOf(block[type === 'tool_use' ? 'id' : 'tool_use_id']));

function wrongMessage(
  message: Given,
  at: number,
  around: { readonly before: Given | undefined; readonly after: Given | undefined },
): string | undefined {
  const role = textOf(message['role']);
  if (role !== 'user' && role !== 'assistant') return `messages.${at}.role: Input should be 'user' or 'assistant'`;
  const blocks = blocksOf(message);
  if (blocks.length === 0)
    return `messages.${at}: all messages must have non-empty content except for the optional final assistant message`;
  for (const block of blocks) {
    if (block['type'] !== 'text') continue;
    if (textOf(block['text']) === '') return 'messages: text content blocks must be non-empty';
    if (textOf(block['text']).trim() === '') return 'messages: text content blocks must contain non-whitespace text';
  }
  const results = idsOf(message, 'tool_result');
  const asked = idsOf(around.before, 'tool_use');
  const stray = results.find((id) => !asked.includes(id));
  if (stray !== undefined)
    return `messages.${at}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
  const answered = idsOf(around.after, 'tool_result');
  const first = around.after === undefined ? [] : blocksOf(around.after).slice(0, answered.length);
  const open = idsOf(message, 'tool_use').filter((id) => !answered.includes(id));
  if (open.length > 0 || first.some((block) => block['type'] !== 'tool_result'))
    return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  return undefined;
}

function wrongSchema(body: RequestBody): string | undefined {
  const config = isGiven(body['output_config']) ? body['output_config'] : {};
  const format = isGiven(config['format']) ? config['format'] : {};
  for (const [path, schema] of subschemas(format['schema'])) {
    if (schema['type'] === 'object' && schema['additionalProperties'] !== false)
      return `output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false (${path})`;
    const name = Object.keys(schema).find((keyword) => unsupported.test(keyword));
    if (name !== undefined)
      return `output_config.format.schema: For '${textOf(schema['type'])}' type, property '${name}' is not supported`;
  }
  return undefined;
}

/** Form, order and schema of a request. Turns of one role in a row are joined, as documented. */
export const anthropic: Rule = (body, { headers }) => {
  if (headers['x-api-key'] === undefined && headers['authorization'] === undefined)
    return invalid('x-api-key header is required', 401, 'authentication_error');
  if (headers['anthropic-version'] === undefined) return invalid('anthropic-version: header is required');
  const [unknown] = unknownFields(body, fields);
  if (unknown !== undefined) return invalid(`${unknown}: Extra inputs are not permitted`);
  if (!Number.isInteger(body['max_tokens']) || (body['max_tokens'] as number) < 1)
    return invalid('max_tokens: Field required');
  if (typeof body['temperature'] === 'number' && body['temperature'] > 1) return invalid('temperature: range: 0..1');
  const messages = messagesOf(body);
  if (messages[0]?.['role'] !== 'user') return invalid('messages: first message must use the "user" role');
  if (messages.at(-1)?.['role'] === 'assistant')
    return invalid(
      'This model does not support assistant message prefill. The conversation must end with a user message.',
    );
  for (const [at, message] of messages.entries()) {
    const wrong = wrongMessage(message, at, { before: messages[at - 1], after: messages[at + 1] });
    if (wrong !== undefined) return invalid(wrong);
  }
  for (const [at, tool] of listOf(body['tools']).entries())
    if (tool['type'] === undefined && (!isGiven(tool['input_schema']) || tool['input_schema']['type'] !== 'object'))
      return invalid(`tools.${at}.custom.input_schema.type: Field required`);
  if (!hasTools(body) && messages.some((message) => idsOf(message, 'tool_use').length > 0))
    return invalid('Requests which include `tool_use` or `tool_result` blocks must define tools');
  const wrong = wrongSchema(body);
  return wrong === undefined ? undefined : invalid(wrong);
};

/** As models behind gateways still have it: no two turns of one role in a row. */
export const alternation: Rule = (body) => {
  const messages = messagesOf(body);
  const at = messages.findIndex((message, place) => place > 0 && message['role'] === messages[place - 1]?.['role']);
  return at < 0
    ? undefined
    : invalid(
        'messages: roles must alternate between "user" and "assistant", but found multiple "user" roles in a row',
      );
};

/** Thought blocks come back as they were, before the calls that followed them. */
export function thinkingBack(...sent: readonly Given[]): Rule {
  return (body) => {
    const turn = messagesOf(body).findLast((message) => idsOf(message, 'tool_use').length > 0);
    if (turn === undefined) return undefined;
    const blocks = blocksOf(turn);
    const isWhole = sent.every((block, at) =>
      Object.entries(block).every(([name, value]) => blocks[at]?.[name] === value),
    );
    return isWhole
      ? undefined
      : invalid(
          'messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.',
        );
  };
}
