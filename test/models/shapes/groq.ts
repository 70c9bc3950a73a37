/** Groq. */

import { completes, completesAfter, looksUp, rejected } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { jsonValidateFailed, knownMessageFields, noSchemaWithTools, toolUseFailed } from '../strict/groq.ts';
import { bad, firstTime, schemaOf } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const noSchema: Rule = (body) =>
  schemaOf(body) === undefined
    ? undefined
    : bad(
        'This model does not support response format `json_schema`. See supported models at https://console.groq.com/docs/structured-outputs#supported-models',
      );

export const groq = shapesOf('groq', 'chat', [
  {
    id: 'groq-plain',
    habit: 'Counts lie in `x_groq` of the last chunk.',
    source: 'https://console.groq.com/docs/api-reference',
    rules: [knownMessageFields],
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: '' }, null, { x_groq: { id: 'req_1' } }),
        ...chat.saying(goodText),
        chat.chunk({}, 'stop', {
          x_groq: { id: 'req_1', usage: { ...chat.counts, queue_time: 0.01, total_time: 0.1 } },
        }),
      ),
    ],
    expect: completes,
  },
  {
    id: 'groq-tool-use-failed',
    habit: 'What the model wrote was no call: 400, and the next try is fine.',
    source: 'groq/groq-typescript#28',
    tools: ['lookup'],
    rules: [firstTime(1, () => toolUseFailed)],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ requests: 3, refused: 1 }),
  },
  {
    id: 'groq-json-validate-failed',
    habit: 'What the model wrote was no JSON: 400, and the next try is fine.',
    source: 'agno-agi/agno#4090',
    rules: [firstTime(1, () => jsonValidateFailed)],
    answers: [chat.fine],
    expect: completesAfter(2, { refused: 1 }),
  },
  {
    id: 'groq-tool-arguments-invalid',
    habit: 'It holds the arguments against the schema itself: 400, and the next try is fine.',
    source: 'HunorLaczko/ha-groq-cloud-api#20',
    tools: ['lookup'],
    rules: [
      firstTime(1, () =>
        bad(
          'tool call validation failed: parameters for tool lookup did not match schema: errors: [`/city`: expected string, but got array]',
          { code: 'tool_use_failed' },
        ),
      ),
    ],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ requests: 3, refused: 1 }),
  },
  {
    id: 'groq-no-json-with-tools',
    habit: 'JSON mode and tools exclude each other.',
    source: 'vercel/ai#16540',
    tools: ['lookup'],
    rules: [noSchemaWithTools],
    times: 2,
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['lookup', { city: 'Oslo' }],
      ],
      requests: 5,
    }),
  },
  {
    id: 'groq-error-in-stream',
    habit: 'A call that failed is an error in a stream of status 200, with its own status in it.',
    source: 'xberg-io/liter-llm#189',
    tools: ['lookup'],
    answers: [
      {
        body: events(chat.opening, {
          error: {
            message: 'tool call validation failed',
            type: 'invalid_request_error',
            code: 'tool_use_failed',
            status_code: 400,
          },
        }),
      },
      chat.calling('lookup', { city: 'Oslo' }),
      chat.fine,
    ],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'groq-reasoning',
    habit: 'Thoughts in `reasoning`.',
    source: 'https://console.groq.com/docs/reasoning',
    answers: [
      chat.stream(
        ...chat.thinking('Perhaps {"verdict":"rejected","note":"no"}.', 'reasoning'),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['rejected'] },
  },
  {
    id: 'groq-content-empty-list',
    habit: 'Beside a call the content is an empty list.',
    source: '0xPlaygrounds/rig#1136',
    tools: ['lookup'],
    answers: [
      chat.document(
        {
          role: 'assistant',
          content: [],
          tool_calls: [
            { id: 'fc_1', ...chat.callPiece({ name: 'lookup', args: '{"city":"Oslo"}' }), type: 'function' },
          ],
        },
        'tool_calls',
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'groq-rate-limit',
    habit: '429 with the seconds to wait.',
    source: 'https://console.groq.com/docs/rate-limits',
    answers: [
      chat.refused(
        429,
        {
          message: 'Rate limit reached for model in organization org_1 on tokens per minute (TPM)',
          type: 'tokens',
          code: 'rate_limit_exceeded',
        },
        { 'retry-after': '0' },
      ),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'groq-too-large',
    habit: 'A request beyond the limit of a minute is a 413.',
    source: 'https://console.groq.com/docs/errors',
    answers: [
      chat.refused(413, {
        message: 'Request too large for model on tokens per minute (TPM): Limit 6000, Requested 9000',
        type: 'tokens',
        code: 'rate_limit_exceeded',
      }),
    ],
    expect: rejected([/413|too large/i], { requests: 2 }),
  },
  {
    id: 'groq-no-schema',
    habit: 'Many of its models take no schema of the answer.',
    source: 'ItzCrazyKns/Vane#980',
    rules: [noSchema],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'groq-capacity',
    habit: '498: over capacity for the flexible tier, for a moment.',
    source: 'https://console.groq.com/docs/flex-processing',
    answers: [
      chat.refused(503, { message: 'The model is currently over capacity', type: 'internal_server_error' }),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'groq-strict-tools',
    habit: 'A message that comes back with a field of another server is refused.',
    source: 'https://console.groq.com/docs/openai',
    tools: ['lookup'],
    rules: [knownMessageFields],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ refused: 0 }),
  },
]);
