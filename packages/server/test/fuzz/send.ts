/** Requests over a real socket, as they are: no client of ours tidies a path or a header up before. */

import { Agent, request, type OutgoingHttpHeaders } from 'node:http';
import type { Answer } from './judge.ts';

export interface Sent {
  readonly port: number;
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Uint8Array | undefined;
}

const giveUpAfterMs = 60_000;

export function createSender(): { send(sent: Sent): Promise<Answer>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return {
    send: async (sent) => await send(agent, sent),
    close: () => agent.destroy(),
  };
}

/** Rejects where there is no whole answer: the server went away, or took too long. */
async function send(agent: Agent, { port, method, target, headers, body }: Sent): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  // Where a body is not usual, Node sends it without its length: as a second request that is none.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  const outgoing = request({
    agent,
    host: '127.0.0.1',
    port,
    method,
    path: target,
    headers: { ...headers, ...length },
  });
  outgoing.setTimeout(giveUpAfterMs, () => outgoing.destroy(new Error(`no answer within ${giveUpAfterMs} ms`)));
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    const head = { status: response.statusCode ?? 0, headers: response.headers };
    if (String(response.headers['content-type']).startsWith('text/event-stream')) {
      resolve({ ...head, text: '', isStream: true });
      response.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => void chunks.push(chunk));
    response.on('end', () => resolve({ ...head, text: Buffer.concat(chunks).toString('utf8'), isStream: false }));
    response.on('error', reject);
  });
  outgoing.end(body);
  return await promise;
}
