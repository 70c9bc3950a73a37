/** `llama-server` of llama.cpp. */

import { completes, completesAfter, looksUp, rejected } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import { openaiChat } from '../strict/openai-chat.ts';
import { bad } from '../strict/request.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const grammar: Rule = (body) =>
  body['response_format'] === undefined
    ? undefined
    : { status: 500, body: { error: { code: 500, message: 'failed to parse grammar', type: 'server_error' } } };

const conversion: Rule = (body) =>
  body['response_format'] === undefined
    ? undefined
    : bad('JSON schema conversion failed:\nUnrecognized schema: {"format":"uri-reference"}', { code: 400 });

export const llamaCpp = shapesOf('llama.cpp', 'chat', [
  {
    id: 'llama-cpp-plain',
    habit: 'The first delta has content null; timings lie beside the choices of the last chunk.',
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: null }),
        ...chat.saying(goodText),
        chat.chunk({}, 'stop', { timings: { prompt_n: 11, predicted_n: 7, predicted_per_second: 41.2 } }),
        { ...chat.usageChunk, timings: { prompt_n: 11 } },
      ),
    ],
    expect: { ...completes, usage: { inputTokens: 11, outputTokens: 7 } },
  },
  {
    id: 'llama-cpp-arguments-object',
    habit: 'Arguments are an object, not its text.',
    source: 'ggml-org/llama.cpp#20198',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.opening,
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: { city: 'Oslo' } }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'llama-cpp-empty-ids',
    habit: 'Every call has the id "".',
    source: 'ggml-org/llama.cpp#12379',
    tools: ['lookup', 'now'],
    rules: [openaiChat],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: '', name: 'lookup', args: '{"city":"Oslo"}' }),
        chat.callChunk({ index: 1, id: '', name: 'now', args: '{}' }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp({
      calls: [
        ['lookup', { city: 'Oslo' }],
        ['now', {}],
      ],
      refused: 0,
    }),
  },
  {
    id: 'llama-cpp-progress',
    habit: 'While it reads the prompt it sends chunks that tell how far it is.',
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', content: null }, null, {
          prompt_progress: { total: 900, cache: 0, processed: 512, time_ms: 8 },
        }),
        chat.chunk({ role: 'assistant', content: null }, null, {
          prompt_progress: { total: 900, cache: 0, processed: 900, time_ms: 9 },
        }),
        ...chat.saying(goodText),
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'llama-cpp-colon-keep-alive',
    habit: 'A colon alone keeps the connection open.',
    source: 'coder/coder#28185',
    answers: [{ body: [':\n\n', ':\n', ...events(...chat.saying(goodText)), ':\n\n', ...events(chat.stop), done] }],
    expect: completes,
  },
  {
    id: 'llama-cpp-loading',
    habit: '503 while the model is loaded.',
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    answers: [
      chat.refused(503, { code: 503, message: 'Loading model', type: 'unavailable_error' }),
      chat.refused(503, { code: 503, message: 'Loading model', type: 'unavailable_error' }),
      chat.fine,
    ],
    expect: completesAfter(3),
  },
  {
    id: 'llama-cpp-context',
    habit: 'A prompt beyond its context is a 400 of a type of its own.',
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    answers: [
      chat.refused(400, {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 5000,
        n_ctx: 2048,
      }),
    ],
    expect: rejected([/context/i], {
      requests: 2,
      error: { code: 'model_rejected', says: [/context/i], neverSays: [/MODEL_ID/] },
    }),
  },
  {
    id: 'llama-cpp-grammar-500',
    habit: 'A schema that it cannot make a grammar of is a 500.',
    source: 'lidge-jun/opencodex#2135',
    rules: [grammar],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1, sends: ['JSON schema'] }),
  },
  {
    id: 'llama-cpp-schema-conversion',
    habit: 'A schema that it cannot convert is a 400.',
    source: 'z-lab/paroquant#31',
    rules: [conversion],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'llama-cpp-schema-before-tools',
    habit: 'Its templates look at the form of the answer before they look at tools.',
    source: 'vllm-project/vllm#39929',
    tools: ['lookup', 'now'],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    constrained: chat.said('{"verdict":"rejected","note":"invented"}'),
    expect: looksUp({ never: ['invented'] }),
  },
  {
    id: 'llama-cpp-error-field',
    habit: 'In a stream it says `error:` where `data:` is usual, and hangs up.',
    source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
    answers: [
      {
        body: [
          ...events(...chat.saying('{"verdict":"app')),
          'error: {"code":500,"message":"context shift is disabled","type":"server_error"}\n\n',
        ],
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'llama-cpp-call-as-text',
    habit: 'Without a parser for the template a call stays text.',
    source: 'langchain-ai/langchain#40147',
    tools: ['lookup'],
    contract: 'named',
    answers: [
      chat.said('<tool_call>\n{"name": "lookup", "arguments": {"city": "Oslo"}}\n</tool_call>'),
      chat.said('{"name":"Ada"}'),
    ],
    expect: { status: 'completed', output: { name: 'Ada' }, requests: 2 },
  },
  {
    id: 'llama-cpp-text-then-call',
    habit: 'Words for the person before the call.',
    source: 'ggml-org/llama.cpp#12379',
    tools: ['lookup'],
    answers: [
      chat.stream(...chat.saying('I will look it up.'), ...chat.called('lookup', { city: 'Oslo' }), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'llama-cpp-call-cut-at-limit',
    habit: 'The limit is met in the middle of the arguments of a call that acts.',
    source: 'ggml-org/llama.cpp#12379',
    tools: ['add-comment'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'add-comment', args: '{"comment":"All is we' }),
        chat.chunk({}, 'length'),
      ),
      chat.fine,
    ],
    expect: completesAfter(2, { calls: [], never: ['All is we'] }),
  },
  {
    id: 'llama-cpp-thoughts-then-call',
    habit: 'Thoughts in `reasoning_content`, then a call.',
    source: 'ggml-org/llama.cpp#12379',
    tools: ['lookup'],
    answers: [
      chat.stream(...chat.thinking('The weather decides.'), ...chat.called('lookup', { city: 'Oslo' }), chat.callsEnd),
      chat.fine,
    ],
    expect: looksUp(),
  },
]);
