/** What Cohere refuses: https://docs.cohere.com/docs/structured-outputs and .../docs/compatibility-api. */

import type { Refusal, Rule } from '../shape.ts';
import { hasTools, isGiven, listOf, messagesOf, schemaOf, textOf } from './request.ts';

const invalid = (message: string): Refusal => ({ status: 400, body: { id: 'c1', message } });

export const cohere: Rule = (body) => {
  if (hasTools(body) && body['response_format'] !== undefined)
    return invalid('invalid request: cannot specify both response_format and tools');
  const schema = schemaOf(body);
  const required: unknown = isGiven(schema) ? schema['required'] : undefined;
  if (isGiven(schema) && (!Array.isArray(required) || required.length === 0))
    return invalid('invalid request: schema must have at least one required field');
  if (!messagesOf(body).some(({ role }) => role === 'user'))
    return invalid('invalid request: message must be at least 1 token long or tool results must be specified.');
  const empty = messagesOf(body).find(({ role, content }) => role === 'user' && textOf(content).trim() === '');
  if (empty !== undefined) return invalid('invalid request: all messages must have content');
  const names = listOf(body['tools']).map((tool) =>
    isGiven(tool['function']) ? textOf(tool['function']['name']) : '',
  );
  return names.some((name) => name === '') ? invalid('invalid request: tools must have a name') : undefined;
};
