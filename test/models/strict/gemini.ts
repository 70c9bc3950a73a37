/**
 * What Gemini refuses behind its OpenAI-compatible address: https://ai.google.dev/gemini-api/docs/openai,
 * .../structured-output and .../thought-signatures.
 */

import type { Refusal, Rule } from '../shape.ts';
import { callsOf, hasTools, isGiven, messagesOf, schemaOf, textOf, unknownKeyword } from './request.ts';

const keywords = new Set(
  'type properties required description title enum items anyOf $ref $defs format nullable minimum maximum minItems maxItems propertyOrdering prefixItems additionalProperties'.split(
    ' ',
  ),
);

/** A list of one error, as this address has them. */
export const invalid = (message: string, code = 400, status = 'INVALID_ARGUMENT'): Refusal => ({
  status: code,
  body: [{ error: { code, message, status } }],
});

/** No schema of the answer while tools may be called. */
export const noSchemaWithTools: Rule = (body) =>
  hasTools(body) && body['response_format'] !== undefined
    ? invalid("Function calling with a response mime type: 'application/json' is unsupported")
    : undefined;

/** Only keywords of its subset. */
export const schemaSubset: Rule = (body) => {
  const keyword = unknownKeyword(schemaOf(body), keywords);
  if (keyword === undefined) return undefined;
  const name = keyword.split('.').at(-1) ?? '';
  return invalid(
    `Invalid JSON payload received. Unknown name "${name}" at 'generation_config.response_schema': Cannot find field.`,
  );
};

/** The signature comes back with the first call of a turn. */
export const signatureBack =
  (signature: string): Rule =>
  (body) => {
    for (const message of messagesOf(body)) {
      const [call] = callsOf(message);
      if (call === undefined) continue;
      const extra = isGiven(call['extra_content']) ? call['extra_content'] : {};
      const google = isGiven(extra['google']) ? extra['google'] : {};
      if (google['thought_signature'] === signature) continue;
      const name = isGiven(call['function']) ? textOf(call['function']['name']) : '';
      return invalid(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position 2.`,
      );
    }
    return undefined;
  };
