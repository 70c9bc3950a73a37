/**
 * Tells the engine where the worker is. The same address and services are one deployment, however often they are
 * registered.
 */

import { PerdureError } from '@perdure/contract';
import type { EngineSocket } from './http.ts';

/** The engine, as a worker finds it. */
export interface Registered {
  /** It had never heard of a worker at this address: this is its first start, or its data was lost. */
  readonly isNew: boolean;
}

/** @throws PerdureError `unavailable` */
export async function registerWorker(admin: EngineSocket, workerPort: number): Promise<Registered> {
  const uri = `http://127.0.0.1:${workerPort}`;
  // `force`: this address is ours alone, so what it serves now is what counts.
  const { status, body } = await admin.call({
    method: 'POST',
    path: '/deployments',
    body: { uri, force: true },
    timeoutMs: 20_000,
  });
  if (status < 300) return { isNew: status === created };
  throw new PerdureError(
    'unavailable',
    `The engine did not accept the worker at ${uri} (HTTP ${status}); it is tried again.`,
    {
      details: { answer: body.slice(0, 500) },
    },
  );
}

/** An address that is known is answered with 200. */
const created = 201;
