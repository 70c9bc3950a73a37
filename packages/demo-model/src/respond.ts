/** Reading and writing JSON over plain node:http. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorDetails, WireFormat } from './formats/format.ts';

/** Sends a JSON body and ends the response. */
export function sendJson(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) {
  const text = JSON.stringify(body);
  const own = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...own, ...headers }).end(text);
}

/** Sends an error in the shape of a wire format. */
export function sendError(
  response: ServerResponse,
  format: Pick<WireFormat, 'errorBody'>,
  status: number,
  message: string,
  { headers, ...about }: ErrorDetails & { readonly headers?: Record<string, string> } = {},
) {
  sendJson(response, status, format.errorBody(status, message, about), headers);
}

/** Bytes in a request body: a transcript with a plan or two is far below. */
const maxBodyBytes = 8 * 1024 * 1024;

export type ReadBody =
  | { readonly kind: 'read'; readonly value: unknown }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly message: string };

/** Reads a JSON body. */
export async function readJson(incoming: IncomingMessage): Promise<ReadBody> {
  if (!/^application\/json\b/i.test(incoming.headers['content-type'] ?? '')) {
    return { kind: 'refused', status: 415, message: 'Send JSON with `Content-Type: application/json`.' };
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) {
      return { kind: 'refused', status: 413, message: `The body is larger than ${maxBodyBytes} bytes: send less.` };
    }
    chunks.push(chunk);
  }
  try {
    return { kind: 'read', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { kind: 'refused', status: 400, message: 'The body is not JSON: send one JSON object.' };
  }
}
