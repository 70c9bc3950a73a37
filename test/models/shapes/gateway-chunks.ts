/** Chunks without meaning, and fields out of the ordinary. */

import { completes, looksUp } from '../outcomes.ts';
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
  {
    id: 'gateway-calls-as-object',
    habit: 'The calls of a delta are one object, not a list.',
    source: 'huggingface/text-generation-inference#2136',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.chunk({ tool_calls: chat.callPiece({ index: 0, id: 'call_a', name: 'lookup', args: '{"city":"Oslo"}' }) }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-another-id-each-piece',
    habit: 'Every piece of a call has an id of its own; only the first names the tool.',
    source: 'run-llama/llama_index#21693',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_1', name: 'lookup', args: '' }),
        chat.callChunk({ index: 0, id: 'call_2', args: '{"city":' }),
        chat.callChunk({ index: 0, id: 'call_3', args: '"Oslo"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-name-in-every-piece',
    habit: 'Every piece of a call names id and tool again.',
    source: 'BerriAI/litellm#20480',
    tools: ['lookup'],
    answers: [
      chat.stream(
        ...['', '{"city":', '"Oslo"}'].map((args) => chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args })),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-arguments-before-name',
    habit: 'Arguments come before the name of the tool.',
    source: 'vercel/ai#15879',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', args: '{"city":' }),
        chat.callChunk({ index: 0, name: 'lookup', args: '"Oslo"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-ids-as-numbers',
    habit: 'Ids of calls are numbers.',
    source: 'huggingface/text-generation-inference#2864',
    tools: ['lookup', 'now'],
    answers: [
      chat.stream(
        chat.chunk({
          tool_calls: [
            { index: 0, id: 0, type: 'function', function: { name: 'lookup', arguments: '{"city":"Oslo"}' } },
            { index: 1, id: 1, type: 'function', function: { name: 'now', arguments: '{}' } },
          ],
        }),
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
    id: 'gateway-one-id-for-two-calls',
    habit: 'Two calls have one id and different places.',
    source: 'ai-dynamo/dynamo#4723',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '{"city":"Oslo"}' }),
        chat.callChunk({ index: 1, id: 'call_a', name: 'lookup', args: '{"city":"Bergen"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['lookup', { city: 'Bergen' }],
      ],
    }),
  },
  {
    id: 'gateway-arguments-twice-a-text',
    habit: 'The arguments are a text of JSON whose value is a text of JSON.',
    source: 'BerriAI/litellm#20480',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: JSON.stringify('{"city":"Oslo"}') }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-arguments-null',
    habit: 'The arguments of a call without any are null.',
    source: 'vllm-project/vllm#31501',
    tools: ['now'],
    answers: [
      chat.stream(chat.callChunk({ index: 0, id: 'call_a', name: 'now', args: null }), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp({ calls: [['now', {}]], sends: ['noon'] }),
  },
  {
    id: 'gateway-legacy-function-call',
    habit: 'A call in the old form, `function_call`.',
    source: 'https://platform.openai.com/docs/api-reference/chat/object',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.chunk({ function_call: { name: 'lookup', arguments: '' } }),
        chat.chunk({ function_call: { arguments: '{"city":"Oslo"}' } }),
        chat.chunk({}, 'function_call'),
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-reasoning-object',
    habit: 'Thoughts are an object.',
    source: 'Kilo-Org/kilocode#3083',
    answers: [chat.stream(chat.chunk({ reasoning: { text: 'Perhaps {"verdict":"rejected"}' } }), ...spoken, chat.stop)],
    expect: { ...completes, never: ['rejected'] },
  },
  {
    id: 'gateway-text-parts',
    habit: 'Content is a list of texts.',
    source: 'meilisearch/meilisearch#6327',
    answers: [chat.stream(chat.chunk({ content: [{ type: 'text', text: goodText }] }), chat.stop)],
    expect: completes,
  },
  {
    id: 'gateway-second-choice',
    habit: 'A second choice that nobody asked for: the first counts.',
    source: 'https://platform.openai.com/docs/api-reference/chat/object',
    answers: [
      chat.stream(
        ...spoken,
        { ...chat.chunk({}), choices: [{ index: 1, delta: { content: 'no' }, finish_reason: null }] },
        chat.stop,
      ),
    ],
    expect: completes,
  },
]);
