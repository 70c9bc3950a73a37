/** One question to whatever listens on a port of this machine. */

import { request } from 'node:http';

/** Answers longer than this are none of those that are asked for. */
const longestBody = 64 * 1024;

export type LocalAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Readonly<Record<string, unknown>> | undefined }
  /** Nobody listens. */
  | { readonly kind: 'away' }
  /** What listens does not speak HTTP. */
  | { readonly kind: 'babble' }
  /** It listens, and did not answer in time, or not to its end. */
  | { readonly kind: 'silent' };

export interface LocalQuestion {
  readonly port: number;
  readonly path: string;
  readonly signal: AbortSignal;
  readonly token?: string;
}

export async function askLocally({ port, path, signal, token }: LocalQuestion): Promise<LocalAnswer> {
  const { promise, resolve } = Promise.withResolvers<LocalAnswer>();
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  // No connection is kept: with a thousand gateways it would be a thousand of them.
  const asked = request({ host: '127.0.0.1', port, path, headers, agent: false, signal }, (response) => {
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= longestBody) chunks.push(chunk);
      else response.destroy();
    });
    response.on('error', () => resolve({ kind: 'silent' }));
    response.on('close', () => {
      const status = response.statusCode ?? 0;
      const body = length > longestBody ? undefined : objectIn(Buffer.concat(chunks).toString());
      resolve({ kind: 'answer', status, body });
    });
  });
  // Who takes up another protocol that nobody asked for would be heard of no more.
  asked.on('upgrade', ({ statusCode: status = 0 }, socket) => {
    socket.destroy();
    resolve({ kind: 'answer', status, body: undefined });
  });
  asked.on('error', (error: NodeJS.ErrnoException) => resolve({ kind: failureOf(error) }));
  asked.end();
  return await promise;
}

function failureOf({ code = '' }: NodeJS.ErrnoException): Exclude<LocalAnswer['kind'], 'answer'> {
  if (code === 'ECONNREFUSED') return 'away';
  return code.startsWith('HPE_') ? 'babble' : 'silent';
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
