/** Tells the engine where the worker is. The same address and services are one deployment, however often they are registered. */

import { PerdureError } from '@perdure/contract';
import type { EngineSocket } from './http.ts';
import { pingHandler, probeService } from './names.ts';

export async function registerWorker(admin: EngineSocket, workerPort: number): Promise<void> {
  const uri = `http://127.0.0.1:${workerPort}`;
  // `force`: this address is ours alone, so what it serves now is what counts.
  const { status, body } = await admin.call({
    method: 'POST',
    path: '/deployments',
    body: { uri, force: true },
    timeoutMs: 20_000,
  });
  if (status < 300) return;
  throw new PerdureError(
    'unavailable',
    `The engine did not accept the worker at ${uri} (HTTP ${status}); it is tried again.`,
    {
      details: { answer: body.slice(0, 500) },
    },
  );
}

/** One real call through the engine to the worker and back: the only readiness that counts after a kill. */
export async function ping(ingress: EngineSocket, timeoutMs: number): Promise<boolean> {
  try {
    const { status } = await ingress.call({ method: 'POST', path: `/${probeService}/${pingHandler}`, timeoutMs });
    return status === 200;
  } catch {
    return false;
  }
}
