/**
 * How a gateway answers over HTTP, without a token. `/` and `/healthz` are 200 as soon as something listens, also of
 * one that is about to die: `/startupz` says that it has begun, `/readyz` that its channels work.
 */

import { request } from 'node:http';
import type { Probe, Readiness } from '../core/ports.ts';

/** Answers longer than this are none of these. */
const longestBody = 64 * 1024;

type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: Readonly<Record<string, unknown>> | undefined }
  /** Nobody listens. */
  | { readonly kind: 'away' }
  /** What listens does not speak HTTP. */
  | { readonly kind: 'babble' }
  /** It listens, and did not answer in time, or not to its end. */
  | { readonly kind: 'silent' };

export async function probeGateway(port: number, { timeoutMs }: { readonly timeoutMs: number }): Promise<Probe> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(timeoutMs);
  const told = (readiness: Readiness, answer: Answer): Probe => ({
    readiness,
    ...(answer.kind === 'answer' && { httpStatus: answer.status }),
    latencyMs: Math.round(performance.now() - startedAt),
  });
  const startup = await get(port, '/startupz', signal);
  if (startup.kind !== 'answer') return told(withoutAnswer(startup.kind), startup);
  const status = startup.body?.['status'];
  if (status === 'starting' || status === 'draining') return told(status, startup);
  const ready = await get(port, '/readyz', signal);
  if (ready.kind !== 'answer') return told(withoutAnswer(ready.kind), ready);
  const isReady = ready.body?.['ready'];
  // A release that has no `/startupz` answers it with its page; what has neither is something else.
  if (typeof isReady !== 'boolean') return told(status === 'started' ? 'not_ready' : 'stranger', ready);
  return told(isReady && ready.status === 200 ? 'ready' : 'not_ready', ready);
}

function withoutAnswer(kind: Exclude<Answer['kind'], 'answer'>): Readiness {
  if (kind === 'away') return 'away';
  return kind === 'babble' ? 'stranger' : 'not_ready';
}

async function get(port: number, path: string, signal: AbortSignal): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  // No connection is kept: with a thousand gateways it would be a thousand of them.
  const asked = request({ host: '127.0.0.1', port, path, agent: false, signal }, (response) => {
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
  asked.on('error', (error: NodeJS.ErrnoException) => resolve({ kind: failureOf(error) }));
  asked.end();
  return await promise;
}

function failureOf({ code = '' }: NodeJS.ErrnoException): Exclude<Answer['kind'], 'answer'> {
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
