/**
 * `fetch` over a unix socket, as much of it as the client needs. Every end of a connection settles the call: an answer,
 * an error, the caller's own signal, or a close without a word.
 */

import { request, type IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';

export function fetchOver(socketPath: string): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const call = request({
      socketPath,
      method: init.method ?? 'GET',
      path: url.pathname + url.search,
      headers: { host: url.host, ...sizeOf(init.body), ...Object.fromEntries(new Headers(init.headers)) },
      agent: false,
      ...(init.signal == null ? {} : { signal: init.signal }),
    });
    call.on('response', resolve).on('error', reject);
    call.on('upgrade', (_response, socket) => socket.destroy());
    call.on('close', () => reject(new Error('the connection was closed without an answer')));
    // Who refuses the bytes may answer before the last of them, and that counts; the call itself is settled above.
    if (init.body instanceof Blob) pipeline(Readable.fromWeb(init.body.stream()), call, () => undefined);
    else call.end(init.body);
    return asResponse(await promise);
  };
}

/** Of bytes; of a text Node tells it. */
function sizeOf(body: RequestInit['body']): Record<string, string> {
  return body instanceof Blob ? { 'content-length': String(body.size) } : {};
}

const withoutBody: readonly number[] = [204, 205, 304];

function asResponse(message: IncomingMessage): Response {
  const { statusCode: status = 500 } = message;
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  if (!withoutBody.includes(status)) return new Response(Readable.toWeb(message), { status, headers });
  message.resume();
  return new Response(undefined, { status, headers });
}
