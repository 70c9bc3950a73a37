/** OpenAI's own chat completions: failures, and what is refused. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { good, goodText, shapesOf, type Rule } from '../shape.ts';
import { openaiChat as strict } from '../strict/openai-chat.ts';
import { bad, looseObject, schemaOf } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const fixedTemperature: Rule = (body) =>
  body['temperature'] === undefined
    ? undefined
    : bad(
        "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
        { param: 'temperature', code: 'unsupported_value' },
      );

const noStream: Rule = (body) =>
  body['stream'] === true
    ? bad('Your organization must be verified to stream this model.', { param: 'stream', code: 'unsupported_value' })
    : undefined;

/** Whatever the schema is called. */
const closedSchema: Rule = (body) => {
  const wrong = looseObject(schemaOf(body));
  return wrong === undefined ? undefined : bad(`Invalid schema for response_format 'answer': ${wrong}.`);
};

export const openaiFailures = shapesOf('openai', 'chat', [
  {
    id: 'openai-server-error-in-stream',
    habit: 'The server fails in the middle of a stream, and says so in it.',
    source: 'vercel/ai#1835',
    answers: [
      {
        body: events(...chat.saying('{"ver'), {
          error: {
            message: 'The server had an error while processing your request. Sorry about that!',
            type: 'server_error',
            param: null,
            code: null,
          },
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'openai-no-quota',
    habit: '429 that no waiting mends: the quota is used up.',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    answers: [
      chat.refused(429, {
        message: 'You exceeded your current quota, please check your plan and billing details.',
        type: 'insufficient_quota',
        param: null,
        code: 'insufficient_quota',
      }),
    ],
    expect: stops([/quota|credit|billing/i]),
  },
  {
    id: 'openai-rate-limit',
    habit: '429 that passes.',
    source: 'https://platform.openai.com/docs/guides/rate-limits',
    answers: [
      chat.refused(
        429,
        {
          message: 'Rate limit reached for gpt in organization org-1 on requests per min.',
          type: 'requests',
          param: null,
          code: 'rate_limit_exceeded',
        },
        { 'retry-after': '0' },
      ),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'openai-context',
    habit: 'A prompt beyond the context has a code of its own.',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    answers: [
      chat.refused(400, {
        message:
          "This model's maximum context length is 128000 tokens. However, your messages resulted in 200000 tokens.",
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      }),
    ],
    expect: rejected([/context/i], {
      requests: 2,
      error: { code: 'model_rejected', says: [/context/i], neverSays: [/MODEL_ID/] },
    }),
  },
  {
    id: 'openai-obfuscation',
    habit: 'Noise beside the choices makes chunks of one length.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    answers: [
      chat.stream(
        ...chat.saying(goodText).map((one) => ({ ...one, service_tier: 'default', obfuscation: 'aZ9kQ2' })),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'openai-wrong-key',
    habit: 'A wrong key is repeated in the message.',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    answers: [
      chat.refused(401, {
        message:
          'Incorrect API key provided: key-that-must-not-appear. You can find your API key at https://platform.openai.com/account/api-keys.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      }),
    ],
    expect: stops([/key/i], { never: ['key-that-must-not-appear'] }),
  },
  {
    id: 'openai-no-model',
    habit: 'A model that does not exist, or not for this key.',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    answers: [
      chat.refused(404, {
        message: 'The model `gpt-x` does not exist or you do not have access to it.',
        type: 'invalid_request_error',
        param: null,
        code: 'model_not_found',
      }),
    ],
    expect: stops([/404|model_not_found|does not exist/], { requests: 2 }),
  },
  {
    id: 'openai-temperature',
    habit: 'Thinking models take no temperature but their own.',
    source: 'https://platform.openai.com/docs/guides/reasoning',
    rules: [fixedTemperature],
    answers: [chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'openai-may-not-stream',
    habit: 'An account may not have the model as a stream.',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    rules: [noStream],
    answers: [chat.document({ role: 'assistant', content: goodText })],
    expect: { status: 'completed', output: good, requests: 4 },
  },
  {
    id: 'openai-words-beside-calls',
    habit: 'Text and a call in one turn: the text is not the answer.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    answers: [
      chat.stream(
        ...chat.saying('{"verdict":"rejected","note":"too early"}'),
        ...chat.called('lookup', { city: 'Oslo' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({ never: ['too early'] }),
  },
  {
    id: 'openai-broken-arguments',
    habit: 'Arguments that are no JSON: the model is told, and calls again.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    rules: [strict],
    answers: [
      chat.stream(chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '{city: Oslo}' }), chat.callsEnd),
      chat.calling('lookup', { city: 'Oslo' }),
      chat.fine,
    ],
    expect: looksUp({ requests: 3, refused: 0 }),
  },
  {
    id: 'openai-arguments-of-another-schema',
    habit: 'Arguments that the tool does not take: the model is told, and calls again.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    answers: [
      chat.calling('lookup', { town: 'Oslo' }),
      chat.calling('lookup', { city: 'Oslo' }, { id: 'call_2' }),
      chat.fine,
    ],
    expect: completesAfter(3, { sends: ['rain in Oslo'] }),
  },
  {
    id: 'openai-person-speaks',
    habit: 'What a person says in the middle of the work reaches the model.',
    source: 'https://platform.openai.com/docs/guides/text',
    tools: ['lookup'],
    rules: [strict],
    steer: 'Think of the ferry.',
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ refused: 0, sends: ['Think of the ferry.'] }),
  },
  {
    id: 'openai-refused-schema-of-another',
    habit: 'The schema of one agent is refused: the next agent of the same model is still asked for its own.',
    source: 'https://platform.openai.com/docs/guides/structured-outputs',
    contract: 'loose',
    second: 'verdict',
    rules: [closedSchema],
    answers: [chat.said('{"verdict":"approved"}'), chat.fine],
    expect: completesAfter(3, { refused: 1, sendsLast: ['response_format'] }),
  },
]);
