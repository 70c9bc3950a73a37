/**
 * How a gateway answers over HTTP, without a token. `/` and `/healthz` are 200 as soon as something listens, also of
 * one that is about to die: `/startupz` says that it has begun, `/readyz` that its channels work.
 *
 * Surprise: a gateway of another account answers as ours would, while ours still tries to have the port.
 */

import type { Probe, Readiness } from '../core/ports.ts';
import { isOthers, listeningOn } from './listening.ts';
import { askLocally, type LocalAnswer } from './local-http.ts';

export async function probeGateway(port: number, how: { readonly timeoutMs: number }): Promise<Probe> {
  const probe = await ask(port, how);
  if (probe.readiness === 'away') return probe;
  return isOthers(await listeningOn(port)) ? { ...probe, readiness: 'stranger' } : probe;
}

async function ask(port: number, { timeoutMs }: { readonly timeoutMs: number }): Promise<Probe> {
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(timeoutMs);
  const told = (readiness: Readiness, answer: LocalAnswer): Probe => ({
    readiness,
    ...(answer.kind === 'answer' && isStatus(answer.status) && { httpStatus: answer.status }),
    latencyMs: Math.round(performance.now() - startedAt),
  });
  const startup = await askLocally({ port, path: '/startupz', signal });
  if (startup.kind !== 'answer') return told(withoutAnswer(startup.kind), startup);
  const status = startup.body?.['status'];
  if (status === 'starting' || status === 'draining') return told(status, startup);
  const ready = await askLocally({ port, path: '/readyz', signal });
  if (ready.kind !== 'answer') return told(withoutAnswer(ready.kind), ready);
  const isReady = ready.body?.['ready'];
  // A release that has no `/startupz` answers it with its page; what has neither is something else.
  if (typeof isReady !== 'boolean') return told(status === 'started' ? 'not_ready' : 'stranger', ready);
  return told(isReady && ready.status === 200 ? 'ready' : 'not_ready', ready);
}

/** Whoever listens there may say any number. */
const isStatus = (status: number): boolean => status >= 100 && status <= 599;

/** As it says itself; undefined: it does not. */
export async function versionOnPort(
  port: number,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<string | undefined> {
  const answer = await askLocally({ port, path: '/startupz', signal: AbortSignal.timeout(timeoutMs) });
  const version = answer.kind === 'answer' ? answer.body?.['version'] : undefined;
  return typeof version === 'string' && /^[\w.+-]{1,64}$/.test(version) ? version : undefined;
}

function withoutAnswer(kind: Exclude<LocalAnswer['kind'], 'answer'>): Readiness {
  if (kind === 'away') return 'away';
  return kind === 'babble' ? 'stranger' : 'not_ready';
}
