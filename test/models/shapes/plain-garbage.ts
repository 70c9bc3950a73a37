/** Whatever listens there: no model server, or one that is out of its mind. */

import { completes, completesAfter, odd, stops } from '../outcomes.ts';
import { goodText, shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';
import { done, events } from '../wire/sse.ts';

const html = '<!doctype html><html><head><title>Router</title></head><body>Log in, please.</body></html>';
const nothing = [/stream|model server|no answer|not understand|AI_BASE_URL|base ?url/i];

export const plainGarbage = shapesOf('garbage', 'chat', [
  {
    id: 'garbage-html',
    habit: 'A web page with the status 200.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Captive_portal',
    answers: [{ headers: { 'content-type': 'text/html' }, body: [html] }],
    expect: stops(nothing),
  },
  {
    id: 'garbage-html-as-events',
    habit: 'A web page that calls itself a stream of events.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Captive_portal',
    answers: [{ body: [html] }],
    expect: stops(nothing),
  },
  {
    id: 'garbage-xml-error',
    habit: 'An error of a store of files, in XML.',
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
    answers: [
      {
        status: 403,
        headers: { 'content-type': 'application/xml' },
        body: ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
      },
    ],
    expect: stops([/403/]),
  },
  {
    id: 'garbage-empty-object',
    habit: 'An empty object for an answer.',
    source: 'UKGovernmentBEIS/inspect_ai#3687',
    answers: [{ headers: { 'content-type': 'application/json' }, body: ['{}'] }],
    expect: stops(nothing),
  },
  {
    id: 'garbage-empty-list',
    habit: 'An empty list for an answer.',
    source: 'UKGovernmentBEIS/inspect_ai#3687',
    answers: [{ headers: { 'content-type': 'application/json' }, body: ['[]'] }],
    expect: stops(nothing),
  },
  {
    id: 'garbage-only-pings',
    habit: 'A stream of events that mean nothing, which ends in order.',
    source: 'https://html.spec.whatwg.org/multipage/server-sent-events.html',
    answers: [{ body: events({ type: 'ping' }, { type: 'ping' }) }],
    expect: stops([/no answer/]),
  },
  {
    id: 'garbage-half-json',
    habit: 'An event in the middle of an answer is no JSON.',
    source: 'james-6-23/codex2api#696',
    answers: [
      {
        body: [
          ...events(...chat.saying('{"verdict":')),
          'data: {"id":"x","choices":[{"index":0,"delta":{"content":"approved\n\n',
          done,
        ],
      },
    ],
    expect: odd(/JSON/),
  },
  {
    id: 'garbage-choices-text',
    habit: 'The choices are a text.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    answers: [chat.stream({ ...chat.chunk({}), choices: goodText }, chat.stop)],
    expect: odd(/choices/, 1),
  },
  {
    id: 'garbage-delta-text',
    habit: 'The delta is the text itself.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    answers: [
      chat.stream(
        chat.opening,
        { ...chat.opening, choices: [{ index: 0, delta: goodText, finish_reason: null }] },
        chat.stop,
      ),
    ],
    expect: completes,
  },
  {
    id: 'garbage-content-number',
    habit: 'The content is a number.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    answers: [chat.stream(chat.opening, chat.chunk({ content: 42 }), chat.stop)],
    expect: odd(/content/, 2),
  },
  {
    id: 'garbage-calls-text',
    habit: 'The calls are a text.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    tools: ['lookup'],
    answers: [chat.stream(chat.chunk({ tool_calls: 'lookup(Oslo)' }), chat.callsEnd)],
    expect: odd(/tool_calls/, 1),
  },
  {
    id: 'garbage-name-number',
    habit: 'The name of a tool is a number.',
    source: 'https://platform.openai.com/docs/api-reference/chat-streaming',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', args: '{}' }),
        { ...chat.chunk({ tool_calls: [{ index: 0, function: { name: 7 } }] }) },
        chat.callsEnd,
      ),
    ],
    expect: odd(/name/),
  },
  {
    id: 'garbage-binary',
    habit: 'Bytes that are no text.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/200',
    answers: [
      {
        headers: { 'content-type': 'application/octet-stream' },
        body: [Uint8Array.from([0, 1, 2, 255, 254, 253, 10, 10, 200, 201])],
      },
    ],
    expect: { status: 'failed', requests: 5 },
  },
  {
    id: 'garbage-plain-text',
    habit: 'A word of a web server, with the status 200.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/200',
    answers: [{ headers: { 'content-type': 'text/plain' }, body: ['OK'] }],
    expect: { status: 'failed', requests: 5 },
  },
  {
    id: 'garbage-nothing',
    habit: 'The status 200 and not one byte; the next try is fine.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/200',
    answers: [{ body: [] }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'garbage-deep',
    habit: 'Arguments of a call nested a thousand times.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    answers: [
      chat.stream(
        chat.callChunk({ index: 0, id: 'call_a', name: 'lookup', args: `${'['.repeat(1_000)}${']'.repeat(1_000)}` }),
        chat.callsEnd,
      ),
      chat.fine,
    ],
    expect: completesAfter(2),
  },
]);
