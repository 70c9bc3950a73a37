/** OpenAI's own chat completions: answers and calls. */

import { completes, completesAfter, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import { openaiChat as strict } from '../strict/openai-chat.ts';
import * as chat from '../wire/chat.ts';

export const openaiChat = shapesOf('openai', 'chat', [
  {
    id: 'openai-plain',
    habit: 'A role, the text in pieces, a reason to stop, then the counts in a chunk without choices.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    rules: [strict],
    answers: [chat.fine],
    expect: { ...completes, refused: 0, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'openai-one-tool',
    habit: 'The name of a call comes first, then its arguments in pieces.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    rules: [strict],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'openai-parallel-tools',
    habit: 'Pieces of two calls come by turns, told apart by their index.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    rules: [strict],
    answers: [
      chat.stream(
        chat.opening,
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '' }),
        chat.callChunk({ index: 1, id: 'call_b', name: 'lookup', args: '' }),
        chat.callChunk({ index: 1, args: '{"city":' }),
        chat.callChunk({ index: 0, args: '{"city":' }),
        chat.callChunk({ index: 0, args: '"Oslo"}' }),
        chat.callChunk({ index: 1, args: '"Bergen"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['lookup', { city: 'Bergen' }],
      ],
      refused: 0,
      sends: ['rain in Oslo', 'rain in Bergen'],
    }),
  },
  {
    id: 'openai-tool-without-arguments',
    habit: 'A tool without parameters is called with no arguments at all.',
    source: 'langchain-ai/langchainjs#8581',
    tools: ['now'],
    rules: [strict],
    answers: [chat.stream(chat.callChunk({ index: 0, id: 'call_a', name: 'now', args: '' }), chat.callsEnd), chat.fine],
    expect: looksUp({ calls: [['now', {}]], refused: 0, sends: ['noon'] }),
  },
  {
    id: 'openai-many-rounds',
    habit: 'Four rounds of calls, each answered.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup', 'now'],
    rules: [strict],
    answers: [
      chat.calling('lookup', { city: 'Oslo' }, { id: 'call_1' }),
      chat.calling('now', {}, { id: 'call_2' }),
      chat.calling('lookup', { city: 'Bergen' }, { id: 'call_3' }),
      chat.calling('lookup', { city: 'Tromsø' }, { id: 'call_4' }),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
        ['lookup', { city: 'Bergen' }],
        ['lookup', { city: 'Tromsø' }],
      ],
      requests: 5,
      refused: 0,
      sends: ['rain in Tromsø'],
    }),
  },
  {
    id: 'openai-same-id-each-round',
    habit: 'Models behind compatible servers give the same id in every round.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.calling('lookup', { city: 'Bergen' }), chat.fine],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['lookup', { city: 'Bergen' }],
      ],
      requests: 3,
    }),
  },
  {
    id: 'openai-unknown-tool',
    habit: 'The model calls a tool that nobody offered; it is told, and answers.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    rules: [strict],
    answers: [chat.calling('multi_tool_use.parallel', { tool_uses: [] }), chat.fine],
    expect: completesAfter(2, { refused: 0 }),
  },
  {
    id: 'openai-refusal',
    habit: 'The model declines in `refusal`.',
    source: 'https://platform.openai.com/docs/guides/structured-outputs',
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: null, refusal: '' }),
        chat.chunk({ refusal: "I'm sorry, I cannot " }),
        chat.chunk({ refusal: 'assist with that.' }),
        chat.stop,
      ),
    ],
    expect: { status: 'failed', requests: 1, error: { says: [/declin|refus/i], neverSays: [/not a JSON object/] } },
  },
  {
    id: 'openai-filtered',
    habit: 'The reason to stop is the filter.',
    source: 'https://platform.openai.com/docs/api-reference/chat/object',
    answers: [chat.stream(...chat.saying('{"verdict":"app'), chat.chunk({}, 'content_filter'))],
    expect: { status: 'failed', requests: 1, error: { says: [/filter|withh/i], neverSays: [/not a JSON object/] } },
  },
  {
    id: 'openai-length',
    habit: 'The limit is met after what looks like an answer: it is told to be brief.',
    source: 'https://platform.openai.com/docs/guides/structured-outputs',
    answers: [
      chat.stream(...chat.saying('{"verdict":"approved","note":"a first idea"}, or'), chat.chunk({}, 'length')),
      chat.fine,
    ],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'openai-length-behind-the-last-brace',
    habit: 'The limit is met right behind the last brace: nothing of the answer is missing.',
    source: 'https://platform.openai.com/docs/guides/structured-outputs',
    answers: [chat.stream(...chat.saying(goodText), chat.chunk({}, 'length'))],
    expect: completes,
  },
  {
    id: 'openai-optional-property',
    habit: 'Its strict form wants every property required; a contract need not be so.',
    source: 'https://platform.openai.com/docs/guides/structured-outputs',
    contract: 'loose',
    rules: [strict],
    times: 2,
    answers: [chat.said('{"verdict":"approved"}')],
    expect: { status: 'completed', output: { verdict: 'approved' }, requests: 3 },
  },
]);
