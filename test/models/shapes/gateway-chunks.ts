/** Chunks without meaning, and fields out of the ordinary. */

import { completes } from '../outcomes.ts';
import { goodText, shapesOf, type WireAnswer } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const reference = 'https://platform.openai.com/docs/api-reference/chat-streaming';
const spoken = [chat.opening, ...chat.saying(goodText)];
const withUsage = (usage: unknown): WireAnswer => chat.stream(...spoken, chat.stop, { ...chat.usageChunk, usage });
const counted = { inputTokens: 11, outputTokens: 7 };

export const gatewayChunks = shapesOf('gateway', 'chat', [
  {
    id: 'gateway-data-null',
    habit: 'An event of null.',
    source: 'ROCm/ATOM#1711',
    answers: [{ body: ['data: null\n\n', ...events(...spoken), 'data: null\n\n', ...events(chat.stop), done] }],
    expect: completes,
  },
  {
    id: 'gateway-data-empty',
    habit: 'Events without data keep the connection open.',
    source: 'netease-lcap/wave-agent#1326',
    answers: [{ body: ['data:\n\n', 'data: \n\n', ...events(...spoken), 'data: ""\n\n', ...events(chat.stop), done] }],
    expect: completes,
  },
  {
    id: 'gateway-ping-events',
    habit: 'Pings of several forms.',
    source: 'caozhiyuan/copilot-api#88',
    answers: [
      {
        body: [
          'event: ping\ndata: {}\n\n',
          'event: ping\ndata: ping\n\n',
          ...events({ type: 'ping' }, ...spoken, {}, chat.stop),
          'data: keep-alive\n\n',
          done,
        ],
      },
    ],
    expect: completes,
  },
  {
    id: 'gateway-choices-null',
    habit: 'The chunk of the counts has choices of null.',
    source: 'Kilo-Org/kilocode#3083',
    answers: [chat.stream(...spoken, chat.stop, { ...chat.usageChunk, choices: null })],
    expect: { ...completes, usage: counted },
  },
  {
    id: 'gateway-no-choices',
    habit: 'The chunk of the counts has no choices at all.',
    source: 'pydantic/pydantic-ai#5170',
    answers: [chat.stream(...spoken, chat.stop, { object: 'chat.completion.chunk', usage: chat.counts })],
    expect: { ...completes, usage: counted },
  },
  {
    id: 'gateway-empty-choice',
    habit: 'A choice without anything in it.',
    source: 'Kilo-Org/kilocode#3083',
    answers: [
      chat.stream(
        { choices: [{}] },
        { choices: [null] },
        ...spoken,
        { choices: [{ index: 0, delta: null, finish_reason: null }] },
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'gateway-odd-envelope',
    habit: 'The id is a number, the date a text, the model null.',
    source: 'BerriAI/litellm#1571',
    answers: [
      chat.stream(
        ...[...spoken, chat.stop].map((one, at) => ({
          ...one,
          id: at,
          created: '2026-01-01T00:00:00Z',
          model: null,
          object: '',
          system_fingerprint: {},
        })),
      ),
    ],
    expect: completes,
  },
  {
    id: 'gateway-odd-role',
    habit: 'The role is `ai`, then null, then gone.',
    source: reference,
    answers: [
      chat.stream(chat.chunk({ role: 'ai', content: '' }), chat.chunk({ role: null, content: goodText }), chat.stop),
    ],
    expect: completes,
  },
  {
    id: 'gateway-usage-texts',
    habit: 'Counts are texts.',
    source: 'razzant/claudexor#173',
    answers: [withUsage({ prompt_tokens: '11', completion_tokens: '7', total_tokens: '18' })],
    expect: completes,
  },
  {
    id: 'gateway-usage-fraction',
    habit: 'A count is a fraction.',
    source: 'philschmid/easyllm#42',
    answers: [withUsage({ prompt_tokens: 11, completion_tokens: 7.25, total_tokens: 18.25 })],
    expect: completes,
  },
  {
    id: 'gateway-usage-negative',
    habit: 'A count is less than nothing.',
    source: '64bit/async-openai#404',
    answers: [withUsage({ prompt_tokens: 11, completion_tokens: -1, total_tokens: 10 })],
    expect: completes,
  },
  {
    id: 'gateway-usage-endless',
    habit: 'A count is beyond all numbers.',
    source: 'razzant/claudexor#173',
    answers: [withUsage({ prompt_tokens: 1e20, completion_tokens: 7 })],
    expect: completes,
  },
  {
    id: 'gateway-usage-nulls',
    habit: 'Counts are null.',
    source: 'comet-ml/opik#4474',
    answers: [
      withUsage({ prompt_tokens: null, completion_tokens: null, total_tokens: null, completion_tokens_details: null }),
    ],
    expect: completes,
  },
  {
    id: 'gateway-usage-list',
    habit: 'The counts are a list.',
    source: 'comet-ml/opik#4474',
    answers: [withUsage([chat.counts])],
    expect: completes,
  },
]);
