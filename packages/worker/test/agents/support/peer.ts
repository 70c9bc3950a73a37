/**
 * An HTTP peer for what the demo model never does: each request is handled by a function of the test, and kept whole.
 */

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface PeerRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Peer extends AsyncDisposable {
  /** What `AI_BASE_URL` would be. */
  readonly url: string;
  readonly requests: readonly PeerRequest[];
}

export async function startPeer(answer: (response: ServerResponse, request: PeerRequest) => void): Promise<Peer> {
  const requests: PeerRequest[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming).then((request) => {
      requests.push(request);
      return answer(response, request);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

async function readRequest(incoming: IncomingMessage): Promise<PeerRequest> {
  return { headers: incoming.headers, body: (await json(incoming)) as PeerRequest['body'] };
}

/** A part of a streamed answer. */
export function chunk(delta: object, more: { readonly finish?: string; readonly usage?: object } = {}): string {
  const { finish = null, usage } = more;
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const whole = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'served-model', choices };
  return `data: ${JSON.stringify(usage === undefined ? whole : { ...whole, choices: [], usage })}\n\n`;
}

/** Streams `text` whole, with token counts if they were asked for, as OpenAI does. */
export function streamAnswer(response: ServerResponse, { body }: PeerRequest, text: string): void {
  const wantsUsage = JSON.stringify(body['stream_options'] ?? {}).includes('"include_usage":true');
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ role: 'assistant', content: text }) + chunk({}, { finish: 'stop' }));
  response.end(`${wantsUsage ? chunk({}, { usage }) : ''}data: [DONE]\n\n`);
}

/** Refuses with an error body in OpenAI's shape. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const error = { message, type: 'invalid_request_error', param: null, code: null };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}
