/** DeepSeek. */

import { completes, completesAfter, looksUp, stops } from '../outcomes.ts';
import { good, goodText, shapesOf } from '../shape.ts';
import { jsonObjectOnly, reasoningBack } from '../strict/deepseek.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const draft = 'Perhaps {"verdict":"rejected","note":"a first idea"}?';
const thoughtful = chat.stream(
  ...chat.thinking('The weather decides.'),
  ...chat.called('lookup', { city: 'Oslo' }),
  chat.callsEnd,
);

export const deepseek = shapesOf('deepseek', 'chat', [
  {
    id: 'deepseek-plain',
    habit: 'Counts with hits and misses of the cache.',
    source: 'https://api-docs.deepseek.com/api/create-chat-completion',
    answers: [
      chat.stream(chat.opening, ...chat.saying(goodText), {
        ...chat.stop,
        usage: { ...chat.counts, prompt_cache_hit_tokens: 0, prompt_cache_miss_tokens: 11 },
      }),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'deepseek-reasoning',
    habit: 'Thoughts in `reasoning_content` with content null, then the other way round.',
    source: 'https://api-docs.deepseek.com/guides/thinking_mode',
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: null, reasoning_content: draft }),
        ...chat.saying(goodText).map((one) => ({ ...one })),
        chat.stop,
      ),
    ],
    expect: { ...completes, never: ['a first idea'] },
  },
  {
    id: 'deepseek-reasoning-back',
    habit: 'What was thought before a call must come back with it.',
    source: 'deepseek-ai/DeepSeek-V3#1053',
    tools: ['lookup'],
    rules: [reasoningBack, jsonObjectOnly],
    answers: [thoughtful, chat.fine],
    expect: looksUp({ refused: 0, sends: ['The weather decides.'] }),
  },
  {
    id: 'deepseek-reasoning-back-twice',
    habit: 'Two rounds of calls: the thoughts of both must come back.',
    source: 'continuedev/continue#9720',
    tools: ['lookup', 'now'],
    rules: [reasoningBack],
    answers: [
      thoughtful,
      chat.stream(...chat.thinking('And the time.'), ...chat.called('now', {}, { id: 'call_2' }), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      requests: 3,
      refused: 0,
      sends: ['And the time.'],
    }),
  },
  {
    id: 'deepseek-no-schema',
    habit: 'A schema of the answer is not available.',
    source: 'https://api-docs.deepseek.com/guides/json_mode',
    rules: [jsonObjectOnly],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'deepseek-keep-alive',
    habit: 'Comments keep the connection open while it waits for a place.',
    source: 'https://api-docs.deepseek.com/quick_start/rate_limit',
    answers: [{ body: [': keep-alive\n\n', ': keep-alive\n\n', ...events(...chat.saying(goodText), chat.stop), done] }],
    expect: completes,
  },
  {
    id: 'deepseek-blank-lines',
    habit: 'A whole answer has blank lines before it for the same reason.',
    source: 'https://api-docs.deepseek.com/quick_start/rate_limit',
    answers: [
      {
        headers: { 'content-type': 'application/json' },
        body: ['\n', '\n\n', ...chat.document({ role: 'assistant', content: goodText }).body],
      },
    ],
    expect: completes,
  },
  {
    id: 'deepseek-out-of-resources',
    habit: 'The reason to stop is that its resources ran out: what there is, is a beginning.',
    source: 'https://api-docs.deepseek.com/api/create-chat-completion',
    answers: [
      chat.stream(...chat.saying('{"verdict":"app'), chat.chunk({}, 'insufficient_system_resource')),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'deepseek-balance',
    habit: '402 where the account is empty.',
    source: 'https://api-docs.deepseek.com/quick_start/error_codes',
    answers: [
      chat.refused(402, {
        message: 'Insufficient Balance',
        type: 'unknown_error',
        param: null,
        code: 'invalid_request_error',
      }),
    ],
    expect: stops([/credit|balance/i]),
  },
  {
    id: 'deepseek-overloaded',
    habit: '503 where it is overloaded, for a moment.',
    source: 'https://api-docs.deepseek.com/quick_start/error_codes',
    answers: [
      chat.refused(503, {
        message: 'Service is too busy. We advise users to temporarily switch to alternative LLM API service providers.',
      }),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'deepseek-call-as-text',
    habit: 'The marks of its own template in the content.',
    source: 'deepseek-ai/DeepSeek-V3#1053',
    tools: ['lookup'],
    contract: 'letter',
    answers: [
      chat.said(
        '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>lookup\n```json\n{"text":"Oslo"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
      ),
      chat.said('{"text":"done"}'),
    ],
    expect: { status: 'completed', output: { text: 'done' }, requests: 2 },
  },
  {
    id: 'deepseek-thought-only',
    habit: 'It thinks and says nothing.',
    source: 'https://api-docs.deepseek.com/guides/json_mode',
    answers: [chat.stream(...chat.thinking(draft), chat.stop), chat.fine],
    expect: completesAfter(2, { never: ['a first idea'] }),
  },
  {
    id: 'deepseek-white-space',
    habit: 'In JSON mode it may say nothing but white space until its limit.',
    source: 'https://api-docs.deepseek.com/guides/json_mode',
    answers: [chat.stream(...chat.saying('\n \n \n \n \n \n'), chat.chunk({}, 'length')), chat.fine],
    expect: { ...completesAfter(2), output: good },
  },
]);
