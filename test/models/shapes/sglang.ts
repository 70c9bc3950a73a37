/** SGLang. */

import { completes, completesAfter, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const nulls = { reasoning_content: null, tool_calls: null };

export const sglang = shapesOf('sglang', 'chat', [
  {
    id: 'sglang-plain',
    habit: 'Every delta has every field, null where there is nothing; `matched_stop` beside the reason.',
    source: 'deathbyknowledge/gsv#268',
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: '', ...nulls }),
        ...chat.saying(goodText).map((one) => ({ ...one, usage: null })),
        {
          ...chat.stop,
          choices: [
            {
              index: 0,
              delta: { role: null, content: null, ...nulls },
              logprobs: null,
              finish_reason: 'stop',
              matched_stop: 151645,
            },
          ],
        },
        chat.usageChunk,
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'sglang-null-call-fields',
    habit: 'In the later pieces of a call id and name are null.',
    source: 'deathbyknowledge/gsv#268',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.chunk({
          ...nulls,
          content: null,
          tool_calls: [{ id: 'call_a', index: 0, type: 'function', function: { name: 'lookup', arguments: '' } }],
        }),
        chat.chunk({
          ...nulls,
          content: null,
          tool_calls: [
            { id: null, index: 0, type: 'function', function: { name: null, arguments: '{"city": "Oslo"}' } },
          ],
        }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'sglang-no-index-name-late',
    habit: 'No index, and the name comes after the first arguments.',
    source: 'vercel/ai#15879',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.chunk({ tool_calls: [{ id: 'call_a', type: 'function', function: { arguments: '{"city": ' } }] }),
        chat.chunk({
          tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'lookup', arguments: '"Oslo"}' } }],
        }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'sglang-arguments-lost',
    habit:
      'The arguments of a call that comes with the last token are lost: the tool is told what is missing, and called again.',
    source: 'sgl-project/sglang#32167',
    tools: ['lookup'],
    answers: [
      chat.stream(chat.callChunk({ index: 0, id: 'call_a', name: 'lookup' }), chat.callsEnd),
      chat.calling('lookup', { city: 'Oslo' }, { id: 'call_b' }),
      chat.fine,
    ],
    expect: completesAfter(3, { sends: ['rain in Oslo'] }),
  },
  {
    id: 'sglang-aborted',
    habit: 'The reason to stop is `abort`, with a message of its own kind.',
    source: 'https://docs.sglang.ai/basic_usage/openai_api_completions.html',
    answers: [
      {
        body: events(...chat.saying('{"ver'), {
          error: {
            object: 'error',
            message: 'Internal server error',
            type: 'InternalServerError',
            param: null,
            code: 500,
          },
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'sglang-reason-abort',
    habit: 'An answer that was given up ends in `abort`: it is a beginning.',
    source: 'https://docs.sglang.ai/basic_usage/openai_api_completions.html',
    answers: [chat.stream(...chat.saying('{"verdict":"approved","note":"a first'), chat.chunk({}, 'abort')), chat.fine],
    expect: completesAfter(2, { never: ['a first'] }),
  },
]);
