/** Statuses, waits and reasons at the edges of chat completions. */

import { gzipSync } from 'node:zlib';
import { completes, completesAfter, stops } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { events } from '../wire/sse.ts';

const platform = 'https://platform.openai.com/docs/';
const mdn = 'https://developer.mozilla.org/en-US/docs/Web/HTTP/';
const spoken = chat.saying(goodText);
const busy = (retryAfter: string) =>
  chat.refused(429, { message: 'Rate limit reached', code: 'rate_limit_exceeded' }, { 'retry-after': retryAfter });

export const chatEdges = shapesOf('gateway', 'chat', [
  {
    id: 'edge-retry-after-fraction',
    habit: 'The wait is a fraction of a second.',
    source: `${mdn}Reference/Headers/Retry-After`,
    answers: [busy('0.2'), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-retry-after-date',
    habit: 'The wait is a date, which has passed.',
    source: `${mdn}Reference/Headers/Retry-After`,
    answers: [busy('Wed, 21 Oct 2015 07:28:00 GMT'), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-retry-after-nonsense',
    habit: 'The wait is a word.',
    source: `${mdn}Reference/Headers/Retry-After`,
    answers: [busy('soon'), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-408',
    habit: 'The server has waited too long for the request.',
    source: `${mdn}Reference/Status/408`,
    answers: [chat.refused(408, { message: 'Request timed out' }), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-409',
    habit: 'The model is loaded for somebody else.',
    source: `${mdn}Reference/Status/409`,
    answers: [chat.refused(409, { message: 'Conflict' }), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-202',
    habit: 'It has taken the request, and answers later: there is no answer.',
    source: `${mdn}Reference/Status/202`,
    answers: [
      { status: 202, headers: { 'content-type': 'application/json' }, body: ['{"id":"job_1","status":"queued"}'] },
    ],
    expect: stops([/no answer/]),
  },
  {
    id: 'edge-204',
    habit: 'No content.',
    source: `${mdn}Reference/Status/204`,
    answers: [{ status: 204, headers: {}, body: [] }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-error-null',
    habit: 'Every chunk has an error of null.',
    source: 'https://docs.ollama.com/api/errors',
    answers: [chat.stream(...[...spoken, chat.stop].map((one) => ({ ...one, error: null })))],
    expect: completes,
  },
  {
    id: 'edge-error-event-text',
    habit: 'An event of errors whose data is a word; the next is fine.',
    source: `${platform}guides/error-codes`,
    answers: [{ body: [...events(...spoken.slice(0, 2)), 'event: error\ndata: Internal Server Error\n\n'] }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'edge-calls-reason-without-calls',
    habit: 'The reason is that tools are called, and none is.',
    source: 'open-webui/computer#224',
    answers: [chat.stream(...spoken, chat.callsEnd)],
    expect: completes,
  },
  {
    id: 'edge-reason-object',
    habit: 'The reason to stop is an object.',
    source: `${platform}api-reference/chat-streaming`,
    answers: [chat.stream(...spoken, chat.chunk({}, { type: 'stop' }))],
    expect: completes,
  },
  {
    id: 'edge-reason-beside-text',
    habit: 'The last words and the reason to stop are in one chunk.',
    source: `${platform}api-reference/chat-streaming`,
    answers: [chat.stream(chat.chunk({ content: goodText }, 'stop'))],
    expect: completes,
  },
  {
    id: 'edge-message-for-delta',
    habit: 'Chunks hold messages in place of deltas.',
    source: 'https://docs.litellm.ai/docs/providers/custom_llm_server',
    answers: [
      chat.stream({
        choices: [{ index: 0, message: { role: 'assistant', content: goodText }, finish_reason: 'stop' }],
      }),
    ],
    expect: completes,
  },
  {
    id: 'edge-compressed',
    habit: 'It compresses although nobody asked for it.',
    source: `${mdn}Reference/Headers/Content-Encoding`,
    answers: [
      {
        headers: { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' },
        body: [gzipSync([...events(...spoken, chat.stop), 'data: [DONE]\n\n'].join(''))],
      },
    ],
    expect: completes,
  },
  {
    id: 'edge-many-pieces',
    habit: 'An answer of five thousand chunks.',
    source: `${platform}api-reference/chat-streaming`,
    contract: 'letter',
    answers: [{ body: [events(...chat.saying(JSON.stringify({ text: 'word, '.repeat(6_000) })), chat.stop).join('')] }],
    expect: { status: 'completed', output: { text: 'word, '.repeat(6_000) }, requests: 1 },
  },
]);
