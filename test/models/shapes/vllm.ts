/** vLLM: answers and calls. */

import { completes, completesAfter, looksUp, rejected } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { openaiChat } from '../strict/openai-chat.ts';
import { bad } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';

const xgrammar: Rule = (body) =>
  body['response_format'] === undefined
    ? undefined
    : bad('The provided JSON schema contains features not supported by xgrammar.', {
        type: 'BadRequestError',
        code: 400,
      });

const oslo = '{"city": "Oslo"}';

export const vllm = shapesOf('vllm', 'chat', [
  {
    id: 'vllm-plain',
    habit: 'A first chunk with the role and empty content; `stop_reason` and `token_ids` beside the reason to stop.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    rules: [openaiChat],
    answers: [
      chat.stream(
        chat.opening,
        ...chat.saying(goodText),
        {
          ...chat.stop,
          choices: [
            {
              index: 0,
              delta: { content: '' },
              logprobs: null,
              finish_reason: 'stop',
              stop_reason: null,
              token_ids: null,
            },
          ],
        },
        chat.usageChunk,
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'vllm-schema-forbids-calls',
    habit: 'Guided decoding leaves no room for a call.',
    source: 'vllm-project/vllm#39929',
    tools: ['lookup'],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    constrained: chat.said('{"verdict":"rejected","note":"invented"}'),
    expect: looksUp({ never: ['invented'] }),
  },
  {
    id: 'vllm-xgrammar',
    habit: 'A schema that its grammar cannot express is refused in words of its own.',
    source: 'vllm-project/vllm#26421',
    rules: [xgrammar],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'vllm-named-call-stops',
    habit: 'A call, and `stop` as the reason.',
    source: 'vllm-project/vllm#9209',
    tools: ['lookup'],
    answers: [chat.stream(chat.opening, ...chat.called('lookup', { city: 'Oslo' }), chat.stop), chat.fine],
    expect: looksUp(),
  },
  {
    id: 'vllm-no-id-in-stream',
    habit: 'In a stream calls have no id, and their results must name one.',
    source: 'vllm-project/vllm#18412',
    tools: ['lookup'],
    rules: [openaiChat],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, name: 'lookup' }),
        chat.callChunk({ index: 0, args: '{"city":' }),
        chat.callChunk({ index: 0, args: '"Oslo"}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({ refused: 0 }),
  },
  {
    id: 'vllm-arguments-twice',
    habit: 'At the end of the stream the arguments come once more as a whole.',
    source: 'vllm-project/vllm#51697',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '' }),
        chat.callChunk({ index: 0, args: '{"city": ' }),
        chat.callChunk({ index: 0, args: '"Oslo"}' }),
        chat.callChunk({ index: 0, args: oslo }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'vllm-names-again-at-the-end',
    habit: 'The last piece of the arguments names id and tool again, beside the reason to stop.',
    source: 'vllm-project/vllm#44098',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: '{"city": ' }),
        chat.chunk(
          { tool_calls: [chat.callPiece({ index: 0, id: 'call_a', name: 'lookup', args: '"Oslo"}' })] },
          'tool_calls',
        ),
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'vllm-cut-call-told-as-whole',
    habit: 'A call that was cut at the limit ends in `tool_calls`: its arguments are no JSON.',
    source: 'vllm-project/vllm#53269',
    tools: ['add-comment'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'add-comment', args: '{"comment": "All is we' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: completesAfter(2, { calls: [], never: ['All is we'] }),
  },
  {
    id: 'vllm-error-in-stream',
    habit: 'An error lies in the stream, with its status as `code`, and `[DONE]` behind it.',
    source: 'vllm-project/guidellm#743',
    answers: [chat.stream({ error: { message: 'TimeoutError', type: 'GatewayTimeout', code: 504 } }), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'vllm-error-object-in-stream',
    habit: 'Older versions say `object: error` in the stream.',
    source: 'vllm-project/vllm#22341',
    answers: [
      chat.stream({
        object: 'error',
        message: 'The prompt is not of this world.',
        type: 'BadRequestError',
        param: null,
        code: 400,
      }),
    ],
    expect: rejected([/400|not of this world/], { requests: 3 }),
  },
  {
    id: 'vllm-usage-in-every-chunk',
    habit: 'Counts stand in every chunk and grow.',
    source: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
    answers: [
      chat.stream(
        ...chat
          .saying(goodText)
          .map((one, at) => ({ ...one, usage: { prompt_tokens: 11, completion_tokens: at, total_tokens: 11 + at } })),
        { ...chat.stop, usage: chat.counts },
        chat.usageChunk,
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
]);
