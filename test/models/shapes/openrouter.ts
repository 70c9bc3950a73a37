/** OpenRouter: many servers behind one. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { bad, callsOf, messagesOf } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const details = [{ type: 'reasoning.encrypted', data: 'sealed', format: 'anthropic-claude-v1', index: 0 }];

const noEndpoint: Rule = (body) =>
  body['response_format'] === undefined
    ? undefined
    : {
        status: 404,
        body: {
          error: {
            message:
              'No endpoints found that can handle the requested parameters. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing',
            code: 404,
          },
        },
      };

const detailsBack: Rule = (body) =>
  messagesOf(body).some(
    (message) =>
      callsOf(message).length > 0 && JSON.stringify(message['reasoning_details']) !== JSON.stringify(details),
  )
    ? bad('Provider returned error', {
        code: 400,
        metadata: {
          raw: '{"message":"Expected `thinking` or `redacted_thinking`, but found `tool_use`."}',
          provider_name: 'Anthropic',
        },
      })
    : undefined;

const brokenOff = (code: number, message: string) => ({
  ...chat.chunk({ content: '' }, 'error'),
  error: { code, message, metadata: { provider_name: 'Some', error_type: 'provider_unavailable' } },
});

export const openrouter = shapesOf('openrouter', 'chat', [
  {
    id: 'openrouter-plain',
    habit: 'Names of the provider, the reason to stop in its own words beside the usual one, and the cost.',
    source: 'https://openrouter.ai/docs/api-reference/overview',
    answers: [
      chat.stream(
        ...chat.saying(goodText),
        {
          ...chat.stop,
          provider: 'Some',
          choices: [
            {
              index: 0,
              delta: { role: 'assistant', content: '' },
              finish_reason: 'stop',
              native_finish_reason: 'end_turn',
              logprobs: null,
            },
          ],
        },
        { ...chat.chunk({ role: 'assistant', content: '' }), usage: { ...chat.counts, cost: 0.0001, is_byok: false } },
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'openrouter-comments',
    habit: 'Comments say that it is at work.',
    source: 'docker/docker-agent#2349',
    answers: [
      {
        body: [
          ': OPENROUTER PROCESSING\n\n',
          ': OPENROUTER PROCESSING\n\n',
          ...events(...chat.saying(goodText), chat.stop),
          done,
        ],
      },
    ],
    expect: completes,
  },
  {
    id: 'openrouter-comments-as-data',
    habit: 'A gateway before it has made data of the comments.',
    source: 'mnfst/llm-gateway#2053',
    answers: [
      {
        body: [
          'data: : OPENROUTER PROCESSING\n\n',
          ...events(...chat.saying(goodText)),
          'data: : OPENROUTER PROCESSING\n\n',
          ...events(chat.stop),
          done,
        ],
      },
    ],
    expect: completes,
  },
  {
    id: 'openrouter-error-in-stream',
    habit: 'An error in the middle of a stream lies beside the choices, which end in `error`.',
    source: 'damianvtran/local-operator#223',
    answers: [
      { body: [...events(...chat.saying('{"verdict":"app'), brokenOff(502, 'Provider disconnected')), done] },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'openrouter-error-without-choices',
    habit: 'An error in a stream of status 200 with an empty list of choices.',
    source: 'diegosouzapw/OmniRoute#8210',
    answers: [
      chat.stream({
        id: 'gen-1',
        object: 'chat.completion.chunk',
        choices: [],
        error: { code: 502, message: 'Worker local total request limit reached (33/32)' },
      }),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'openrouter-ends-in-error',
    habit: 'The reason to stop is `error`, and nothing says why.',
    source: 'gethouston/houston#1211',
    answers: [chat.stream(...chat.saying('{"verdict":"app'), chat.chunk({}, 'error')), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'openrouter-error-with-200',
    habit: 'A JSON error with the status 200.',
    source: 'https://openrouter.ai/docs/api-reference/errors',
    answers: [
      {
        headers: { 'content-type': 'application/json' },
        body: ['{"error":{"message":"Provider returned error","code":503},"user_id":"u"}'],
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'openrouter-no-endpoint',
    habit: 'No provider of the model takes all that was asked for: 404.',
    source: 'https://openrouter.ai/docs/guides/routing/provider-selection',
    rules: [noEndpoint],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'openrouter-details-back',
    habit: 'Sealed thoughts lie in `reasoning_details` and must come back as they were.',
    source: 'https://openrouter.ai/docs/use-cases/reasoning-tokens',
    tools: ['lookup'],
    rules: [detailsBack],
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: '', reasoning: null, reasoning_details: details }),
        ...chat.called('lookup', { city: 'Oslo' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'openrouter-credit',
    habit: '402 where the credit is used up.',
    source: 'https://openrouter.ai/docs/api-reference/errors',
    answers: [
      chat.refused(402, {
        message: 'Insufficient credits. Add more using https://openrouter.ai/settings/credits',
        code: 402,
      }),
    ],
    expect: stops([/credit/i]),
  },
  {
    id: 'openrouter-moderated',
    habit: '403 where the input was flagged.',
    source: 'https://openrouter.ai/docs/api-reference/errors',
    answers: [
      chat.refused(403, {
        message: 'Your chosen model requires moderation and your input was flagged',
        code: 403,
        metadata: { reasons: ['violence'], flagged_input: 'a secret of the prompt' },
      }),
    ],
    expect: rejected([/403|flagged|moderation/i], { never: ['a secret of the prompt'] }),
  },
  {
    id: 'openrouter-raw-error',
    habit: 'What the provider said is a text of JSON in `metadata.raw`.',
    source: 'charmbracelet/crush#279',
    answers: [
      chat.refused(400, {
        message: 'Provider returned error',
        code: 400,
        metadata: { raw: '{"object":"error","message":"The model takes no such thing"}', provider_name: 'Mistral' },
      }),
    ],
    expect: rejected([/no such thing|Provider returned error|400/], { requests: 3 }),
  },
]);
