/** Cohere's compatibility address, and xAI. */

import { completes, completesAfter, looksUp, stops } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { cohere as cohereRules } from '../strict/cohere.ts';
import * as chat from '../wire/chat.ts';

const cohereShapes = shapesOf('cohere', 'chat', [
  {
    id: 'cohere-plain',
    habit: 'The first delta has no role, the last one no content.',
    source: 'https://docs.cohere.com/docs/compatibility-api',
    rules: [cohereRules],
    answers: [chat.stream(chat.chunk({ role: 'assistant' }), ...chat.saying(goodText), chat.stop, chat.usageChunk)],
    expect: { ...completes, refused: 0, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'cohere-no-schema-with-tools',
    habit: 'A form of the answer and tools exclude each other.',
    source: 'https://docs.cohere.com/docs/structured-outputs',
    tools: ['lookup'],
    rules: [cohereRules],
    answers: [chat.calling('lookup', { city: 'Oslo' }, { id: 'lookup_a1b2' }), chat.fine],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'cohere-plan-before-call',
    habit: 'It tells its plan before the call.',
    source: 'https://docs.cohere.com/docs/tool-use-overview',
    tools: ['lookup'],
    rules: [cohereRules],
    answers: [
      chat.stream(
        ...chat.saying('I will look up the weather in Oslo.'),
        ...chat.called('lookup', { city: 'Oslo' }, { id: 'lookup_a1b2' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'cohere-finish-words',
    habit: 'The reason to stop is in capitals, as in its own API.',
    source: 'BerriAI/litellm#12862',
    answers: [chat.stream(...chat.saying(goodText), chat.chunk({}, 'COMPLETE'))],
    expect: completes,
  },
  {
    id: 'cohere-key',
    habit: 'A wrong key is a message with an id.',
    source: 'https://docs.cohere.com/reference/errors',
    answers: [{ status: 401, body: ['{"id":"c1","message":"invalid api token"}'] }],
    expect: stops([/key/i]),
  },
  {
    id: 'cohere-trial',
    habit: '429 of a trial key.',
    source: 'https://docs.cohere.com/docs/rate-limits',
    answers: [
      {
        status: 429,
        headers: { 'content-type': 'application/json', 'retry-after': '0' },
        body: ['{"id":"c1","message":"You are using a Trial key, which is limited to 20 API calls / minute."}'],
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
]);

const xaiShapes = shapesOf('xai', 'chat', [
  {
    id: 'xai-plain',
    habit: 'Counts in the chunk with the reason to stop, and an empty one behind it.',
    source: 'BerriAI/litellm#17136',
    answers: [
      chat.stream(
        ...chat.saying(goodText),
        { ...chat.stop, usage: { ...chat.counts, num_sources_used: 0 } },
        { ...chat.usageChunk, usage: null },
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'xai-reasoning',
    habit: 'Thoughts in `reasoning_content` while content is null.',
    source: 'omnigent-ai/omnigent#1690',
    answers: [
      chat.stream(
        chat.chunk({
          role: 'assistant',
          content: null,
          reasoning_content: 'Perhaps {"verdict":"rejected","note":"no"}.',
        }),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['rejected'] },
  },
  {
    id: 'xai-whole-call',
    habit: 'A call comes whole in one chunk.',
    source: 'https://docs.x.ai/docs/guides/function-calling',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        chat.callChunk(
          { index: 0, id: 'call_1', name: 'lookup', args: '{"city":"Oslo"}' },
          { index: 1, id: 'call_2', name: 'now', args: '{}' },
        ),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
    }),
  },
  {
    id: 'xai-error',
    habit: 'An error is two texts.',
    source: 'https://docs.x.ai/docs/key-information/debugging',
    answers: [
      {
        status: 400,
        body: ['{"code":"Client specified an invalid argument","error":"Incorrect API key provided: ke***ar."}'],
      },
    ],
    expect: stops([/400|key/i], { requests: 3 }),
  },
  {
    id: 'xai-thought-to-the-limit',
    habit: 'It thinks until the limit is met.',
    source: 'https://docs.x.ai/docs/guides/reasoning',
    answers: [
      chat.stream(...chat.thinking('Perhaps {"verdict":"rejected","note":"no"}.'), chat.chunk({}, 'length')),
      chat.fine,
    ],
    expect: completesAfter(2, { never: ['rejected'] }),
  },
]);

export const cohereAndXai = [...cohereShapes, ...xaiShapes];
