/** Errors that gateways add. */

import { completesAfter, rejected, stops } from '../outcomes.ts';
import { shapesOf } from '../shape.ts';
import * as chat from '../wire/chat.ts';

export const gatewayErrors = shapesOf('gateway', 'chat', [
  {
    id: 'gateway-html-502',
    habit: 'A page of a proxy that found nobody behind it; the next is fine.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/502',
    answers: [
      {
        status: 502,
        headers: { 'content-type': 'text/html' },
        body: ['<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>'],
      },
      chat.fine,
    ],
    expect: completesAfter(2),
  },
  {
    id: 'gateway-524',
    habit: 'A proxy that waited too long, with a status of its own; the next is fine.',
    source: 'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/',
    answers: [{ status: 524, headers: { 'content-type': 'text/plain' }, body: ['error code: 524'] }, chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'gateway-away',
    habit: 'Nobody is behind the proxy, for long.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/503',
    answers: [{ status: 503, headers: { 'content-type': 'text/plain' }, body: ['upstream connect error'] }],
    expect: { status: 'waiting', requests: 6 },
  },
  {
    id: 'gateway-fastapi-detail',
    habit: 'An error as `detail` of a list.',
    source: 'https://fastapi.tiangolo.com/tutorial/handling-errors/',
    answers: [
      {
        status: 422,
        body: [
          '{"detail":[{"loc":["body","messages",0,"role"],"msg":"value is not a valid enumeration member","type":"type_error.enum"}]}',
        ],
      },
    ],
    expect: rejected([/422/], { requests: 3 }),
  },
  {
    id: 'gateway-forbidden-page',
    habit: 'A firewall refuses with a page.',
    source: 'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/4xx-client-error/',
    answers: [
      {
        status: 403,
        headers: { 'content-type': 'text/html' },
        body: ['<!DOCTYPE html><title>Attention Required!</title>'],
      },
    ],
    expect: stops([/403/]),
  },
  {
    id: 'gateway-moved',
    habit: 'It says that the address has moved: a key is not sent there.',
    source: 'https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Status/301',
    answers: [{ status: 301, headers: { location: 'http://127.0.0.1:9/v1/chat/completions' }, body: [] }],
    expect: stops([/redirects/]),
  },
  {
    id: 'gateway-message-only',
    habit: 'An error in a stream is a message with a status.',
    source: 'https://docs.konghq.com/gateway/latest/',
    answers: [chat.stream({ message: 'An unexpected error occurred', statusCode: 500 }), chat.fine],
    expect: completesAfter(2),
  },
  {
    id: 'gateway-secret-in-error',
    habit: 'An error repeats the key and the prompt.',
    source: 'BerriAI/litellm#4562',
    answers: [
      chat.refused(400, {
        message: 'Bad request with Authorization: Bearer key-that-must-not-appear',
        type: 'invalid_request_error',
      }),
    ],
    expect: rejected([/400/], { requests: 3, never: ['key-that-must-not-appear'] }),
  },
  {
    id: 'gateway-no-tool-choice',
    habit: 'It refuses `tool_choice: none`, in the turn that must answer.',
    source: 'https://platform.openai.com/docs/guides/function-calling',
    tools: ['lookup'],
    rules: [
      (body) =>
        body['tool_choice'] === 'none'
          ? {
              status: 400,
              body: { error: { message: "tool_choice 'none' is not supported", type: 'invalid_request_error' } },
            }
          : undefined,
    ],
    answers: [
      // More rounds than an agent has turns: the last one must answer.
      ...Array.from({ length: 7 }, (_, at) => chat.calling('lookup', { city: `Town ${at}` }, { id: `call_${at}` })),
      chat.fine,
    ],
    expect: { status: 'completed', requests: 10 },
  },
]);
