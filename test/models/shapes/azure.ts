/** Azure's OpenAI service. */

import { completes, completesAfter, looksUp, rejected, stops } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { bad } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';

const safe = { hate: { filtered: false, severity: 'safe' }, violence: { filtered: false, severity: 'safe' } };
const promptFilter = {
  id: '',
  object: '',
  created: 0,
  model: '',
  choices: [],
  prompt_filter_results: [{ prompt_index: 0, content_filter_results: safe }],
};
const lateFilter = {
  id: '',
  object: '',
  created: 0,
  model: '',
  choices: [
    {
      index: 0,
      finish_reason: null,
      content_filter_results: safe,
      content_filter_offsets: { check_offset: 44, start_offset: 44, end_offset: 198 },
    },
  ],
  usage: null,
};

const noOptions: Rule = (body) =>
  body['stream_options'] === undefined
    ? undefined
    : bad('Validation error at #/stream_options: Extra inputs are not permitted');

const noSchema: Rule = (body) =>
  body['response_format'] === undefined
    ? undefined
    : bad('response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later', {
        code: 'BadRequest',
      });

export const azure = shapesOf('azure', 'chat', [
  {
    id: 'azure-prompt-filter',
    habit: 'The first chunk tells of the filters and has no choice.',
    source: 'AbanteAI/archive-old-cli-mentat#429',
    answers: [chat.stream(promptFilter, chat.opening, ...chat.saying(goodText), chat.stop, chat.usageChunk)],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'azure-filter-without-delta',
    habit: 'A choice that tells of the filters has no delta.',
    source: 'microsoft/autogen#6465',
    answers: [
      chat.stream(
        promptFilter,
        ...chat.saying(goodText.slice(0, 20)),
        lateFilter,
        ...chat.saying(goodText.slice(20)),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'azure-filter-after-the-end',
    habit: 'The filters have the last word, after the reason to stop.',
    source: 'langchain-ai/langchain#18977',
    answers: [chat.stream(...chat.saying(goodText), chat.stop, lateFilter)],
    expect: completes,
  },
  {
    id: 'azure-old-annotations',
    habit: 'Older versions name the filters otherwise and send the model empty.',
    source: 'seratch/ChatGPT-in-Slack#49',
    answers: [
      chat.stream(
        { ...promptFilter, prompt_filter_results: undefined, prompt_annotations: [{ prompt_index: 0 }], usage: null },
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'azure-filter-with-calls',
    habit: 'Filters between the pieces of a call.',
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/concepts/content-streaming',
    tools: ['lookup'],
    answers: [
      chat.stream(
        promptFilter,
        ...chat.called('lookup', { city: 'Oslo' }).flatMap((one) => [one, lateFilter]),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'azure-answer-filtered',
    habit: 'An answer that its filters stop ends in `content_filter` in the middle.',
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/concepts/content-filter',
    answers: [
      chat.stream(...chat.saying('{"verdict":"approved","note":"a first idea"}'), {
        ...chat.chunk({}, 'content_filter'),
      }),
    ],
    expect: {
      status: 'failed',
      requests: 1,
      error: { says: [/filter|withh/i], neverSays: [/not a JSON object/] },
      never: ['a first idea'],
    },
  },
  {
    id: 'azure-prompt-filtered',
    habit: 'A prompt that its filters stop is a 400 with a code of its own.',
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/concepts/content-filter',
    answers: [
      chat.refused(400, {
        message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: 'prompt',
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result: safe },
      }),
    ],
    expect: rejected([/filter/i], { requests: 2 }),
  },
  {
    id: 'azure-no-stream-options',
    habit: 'Beside data of one’s own it refuses `stream_options`.',
    source: 'openai/openai-python#2296',
    rules: [noOptions],
    times: 2,
    answers: [chat.said(goodText)],
    expect: completesAfter(4),
  },
  {
    id: 'azure-old-version',
    habit: 'An older version of the API knows no schema.',
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/how-to/structured-outputs',
    rules: [noSchema],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'azure-rate-limit',
    habit: '429 with the milliseconds to wait beside the seconds.',
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/how-to/quota',
    answers: [
      chat.refused(
        429,
        {
          code: '429',
          message:
            'Requests to the ChatCompletions_Create Operation have exceeded token rate limit. Please retry after 1 second.',
        },
        { 'retry-after': '0', 'retry-after-ms': '10' },
      ),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'azure-no-deployment',
    habit: 'A deployment that does not exist is a 404.',
    source: 'https://learn.microsoft.com/en-us/azure/ai-services/openai/reference',
    answers: [
      chat.refused(404, {
        code: 'DeploymentNotFound',
        message: 'The API deployment for this resource does not exist.',
      }),
    ],
    expect: stops([/404|DeploymentNotFound|does not exist/], { requests: 2 }),
  },
]);
