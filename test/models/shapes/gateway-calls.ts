/** Calls and content in forms out of the ordinary. */

import { completes, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';

const spoken = [chat.opening, ...chat.saying(goodText)];

export const gatewayCalls = shapesOf('gateway', 'chat', [
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
