/** How the bytes of a stream are put by gateways, proxies and home-made servers. */

import { completes, completesAfter, looksUp } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const standard = 'https://html.spec.whatwg.org/multipage/server-sent-events.html';
const reference = 'https://platform.openai.com/docs/api-reference/chat-streaming';
const spoken = [chat.opening, ...chat.saying(goodText)];
const whole = [...events(...spoken, chat.stop, chat.usageChunk), done].join('');
const counted = { inputTokens: 11, outputTokens: 7 };

export const gatewayBytes = shapesOf('gateway', 'chat', [
  {
    id: 'gateway-crlf',
    habit: 'Lines end in CR and LF.',
    source: standard,
    answers: [{ body: [whole.replaceAll('\n', '\r\n')] }],
    expect: { ...completes, usage: counted },
  },
  {
    id: 'gateway-cr',
    habit: 'Lines end in CR alone.',
    source: standard,
    answers: [{ body: [whole.replaceAll('\n', '\r')] }],
    expect: completes,
  },
  {
    id: 'gateway-byte-order-mark',
    habit: 'A mark of byte order stands before the first event.',
    source: standard,
    answers: [{ body: [`\uFEFF${whole}`] }],
    expect: completes,
  },
  {
    id: 'gateway-byte-by-byte',
    habit: 'Every byte comes by itself, also within a letter.',
    source: standard,
    contract: 'letter',
    answers: [
      {
        body: [...Buffer.from([...events(...chat.saying('{"text":"Größe 你好 🚢"}'), chat.stop), done].join(''))].map(
          (byte) => Uint8Array.of(byte),
        ),
      },
    ],
    expect: { status: 'completed', output: { text: 'Größe 你好 🚢' }, requests: 1 },
  },
  {
    id: 'gateway-no-last-line',
    habit: 'The last event has no empty line behind it.',
    source: 'openai/openai-python#2722',
    answers: [
      {
        body: [
          events(...spoken, chat.stop)
            .join('')
            .trimEnd(),
        ],
      },
    ],
    expect: completes,
  },
  {
    id: 'gateway-done-without-line',
    habit: 'Nothing but the mark of the end has no line behind it.',
    source: reference,
    answers: [{ body: [...events(...spoken, chat.stop), 'data: [DONE]'] }],
    expect: completes,
  },
  {
    id: 'gateway-no-space',
    habit: 'No space behind the colon.',
    source: standard,
    answers: [{ body: [whole.replaceAll('data: ', 'data:')] }],
    expect: completes,
  },
  {
    id: 'gateway-two-spaces',
    habit: 'Two spaces behind the colon.',
    source: standard,
    answers: [{ body: [whole.replaceAll('data: ', 'data:  ')] }],
    expect: completes,
  },
  {
    id: 'gateway-events-without-gap',
    habit: 'No empty line between the events.',
    source: standard,
    answers: [{ body: [whole.replaceAll('\n\n', '\n')] }],
    expect: completes,
  },
  {
    id: 'gateway-data-on-two-lines',
    habit: 'An event of several lines of data.',
    source: standard,
    answers: [
      {
        body: [
          ...events(...spoken),
          `data: {"choices":\ndata: [{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`,
          done,
        ],
      },
    ],
    expect: completes,
  },
  {
    id: 'gateway-names-and-numbers',
    habit: 'Each event has a name and a number, and says when to come back.',
    source: standard,
    answers: [
      {
        body: [
          'retry: 3000\n\n',
          ...[...spoken, chat.stop].map((one, at) => `id: ${at}\nevent: message\ndata: ${JSON.stringify(one)}\n\n`),
          done,
        ],
      },
    ],
    expect: completes,
  },
  {
    id: 'gateway-comments',
    habit: 'Comments and empty lines everywhere.',
    source: standard,
    answers: [{ body: ['\n\n: hello\n\n', whole.replaceAll('\n\n', '\n\n: still here\n\n\n')] }],
    expect: completes,
  },
  {
    id: 'gateway-wrong-type',
    habit: 'A stream of events that calls itself JSON.',
    source: 'QuantumNous/new-api#1276',
    answers: [{ headers: { 'content-type': 'application/json' }, body: [whole] }],
    expect: completes,
  },
  {
    id: 'gateway-no-type',
    habit: 'A stream of events without a type.',
    source: standard,
    answers: [{ headers: {}, body: [whole] }],
    expect: completes,
  },
  {
    id: 'gateway-whole-document',
    habit: 'One JSON document where a stream was asked for.',
    source: 'diegosouzapw/OmniRoute#3089',
    answers: [chat.document({ role: 'assistant', content: goodText })],
    expect: { ...completes, usage: counted },
  },
  {
    id: 'gateway-whole-document-as-stream',
    habit: 'One JSON document that calls itself a stream of events.',
    source: 'api7/aisix#1093',
    answers: [{ body: chat.document({ role: 'assistant', content: goodText }).body }],
    expect: completes,
  },
  {
    id: 'gateway-whole-document-in-event',
    habit: 'One event that holds the whole answer, as a message.',
    source: 'huggingface/text-generation-inference#2794',
    answers: [{ body: [`data: ${String(chat.document({ role: 'assistant', content: goodText }).body[0])}\n\n`, done] }],
    expect: completes,
  },
  {
    id: 'gateway-whole-document-calls',
    habit: 'One JSON document with a call in it.',
    source: 'vercel/ai#6663',
    tools: ['lookup'],
    answers: [
      chat.document(
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'lookup', arguments: '{"city":"Oslo"}' } }],
        },
        'tool_calls',
      ),
      chat.fine,
    ],
    expect: looksUp(),
  },
  {
    id: 'gateway-whole-document-cut',
    habit: 'One JSON document whose end is missing; the next is whole.',
    source: 'api7/aisix#1093',
    answers: [
      {
        headers: { 'content-type': 'application/json' },
        body: [String(chat.document({ role: 'assistant', content: goodText }).body[0]).slice(0, 190)],
        end: 'broken',
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'gateway-lines-of-json',
    habit: 'Lines of JSON instead of events.',
    source: 'https://github.com/ndjson/ndjson-spec',
    answers: [
      {
        headers: { 'content-type': 'application/x-ndjson' },
        body: [...spoken, chat.stop].map((one) => `${JSON.stringify(one)}\n`),
      },
    ],
    expect: completes,
  },
]);
