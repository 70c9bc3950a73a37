/** Text Generation Inference, of Hugging Face. */

import { completes, completesAfter, looksUp, rejected } from '../outcomes.ts';
import { goodText, shapesOf, type Rule } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const call = (args: unknown, more: object = {}) => ({
  id: '0',
  type: 'function',
  function: { description: null, name: 'lookup', arguments: args },
  ...more,
});

const toolsAndGrammar: Rule = (body) =>
  body['response_format'] !== undefined && body['tools'] !== undefined
    ? {
        status: 422,
        body: { error: 'Input validation error: Grammar and tools are mutually exclusive', error_type: 'validation' },
      }
    : undefined;

const grammarType: Rule = (body) =>
  (body['response_format'] as { type?: string } | undefined)?.type === 'json_schema'
    ? {
        status: 422,
        body: {
          error:
            'Failed to deserialize the JSON body into the target type: response_format: unknown variant `json_schema`, expected `json` or `regex`',
        },
      }
    : undefined;

export const tgi = shapesOf('tgi', 'chat', [
  {
    id: 'tgi-plain',
    habit: 'No space behind the colon, and the reason to stop is the name of a token.',
    source: 'https://huggingface.co/docs/text-generation-inference/messages_api',
    answers: [
      {
        body: [...events(...chat.saying(goodText), chat.chunk({ role: 'assistant', content: '' }, 'eos_token'))].map(
          (one) => one.replace('data: ', 'data:'),
        ),
      },
    ],
    expect: completes,
  },
  {
    id: 'tgi-arguments-object',
    habit: 'A whole answer whose arguments are an object.',
    source: 'huggingface/text-generation-inference#2461',
    tools: ['lookup'],
    answers: [
      chat.document({ role: 'assistant', content: null, tool_calls: [call({ city: 'Oslo' })] }, 'eos_token'),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'tgi-calls-object-in-stream',
    habit: 'In a stream the calls are one object, and the arguments come token by token.',
    source: 'huggingface/text-generation-inference#2136',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', tool_calls: call('', { index: 0 }) }),
        ...['{"city', '":"Os', 'lo"}'].map((args) =>
          chat.chunk({
            role: 'assistant',
            tool_calls: { index: 0, id: '', type: 'function', function: { name: null, arguments: args } },
          }),
        ),
        chat.chunk({ role: 'assistant' }, 'eos_token'),
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'tgi-id-number',
    habit: 'The id of a call is the number 0.',
    source: 'huggingface/text-generation-inference#2864',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.chunk({ role: 'assistant', tool_calls: [call('{"city":"Oslo"}', { index: 0, id: 0 })] }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'tgi-grammar-and-tools',
    habit: 'A form of the answer and tools exclude each other.',
    source: 'https://huggingface.co/docs/text-generation-inference/basic_tutorials/using_guidance',
    tools: ['lookup'],
    rules: [toolsAndGrammar],
    answers: [chat.calling('lookup', { city: 'Oslo' }), chat.fine],
    expect: looksUp({ requests: 3 }),
  },
  {
    id: 'tgi-no-schema',
    habit: 'Older versions do not know `json_schema`.',
    source: 'https://huggingface.co/docs/text-generation-inference/basic_tutorials/using_guidance',
    rules: [grammarType],
    times: 2,
    answers: [chat.fine],
    expect: completesAfter(3, { refused: 1 }),
  },
  {
    id: 'tgi-overloaded',
    habit: '429 as a text with a type.',
    source: 'https://huggingface.github.io/text-generation-inference/',
    answers: [{ status: 429, body: ['{"error":"Model is overloaded","error_type":"overloaded"}'] }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'tgi-error-in-stream',
    habit: 'An error in the stream is a text with a type.',
    source: 'https://huggingface.github.io/text-generation-inference/',
    answers: [
      {
        body: events(...chat.saying('{"ver'), {
          error: 'Request failed during generation: Server error: CANCELLED',
          error_type: 'generation',
        }),
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'tgi-too-long',
    habit: 'A prompt beyond its limit is a 422.',
    source: 'https://huggingface.github.io/text-generation-inference/',
    answers: [
      {
        status: 422,
        body: [
          '{"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`","error_type":"validation"}',
        ],
      },
    ],
    expect: rejected([/422|tokens|context/i], { requests: 3 }),
  },
]);
