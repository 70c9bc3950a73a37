/** A receiver of signed reports: takes note of those whose signature holds, as any receiver of the standard does. */

import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Arrived {
  readonly key: string;
  readonly reason: string;
  readonly text: string;
}

export interface Receiver {
  readonly url: string;
  /** Oldest first. */
  readonly arrived: readonly Arrived[];
  /** How many came with a signature that does not hold. */
  readonly forged: () => number;
}

export async function receiveReports(secret: string): Promise<Receiver> {
  const arrived: Arrived[] = [];
  let forged = 0;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (isSigned(request.headers, body, secret)) arrived.push((JSON.parse(body) as { readonly data: Arrived }).data);
    else forged += 1;
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, arrived, forged: () => forged };
}

function isSigned(headers: IncomingHttpHeaders, body: string, secret: string): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
}
