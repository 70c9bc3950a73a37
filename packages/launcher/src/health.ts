/**
 * Waits until the server says that everything works; its `/health` makes a real call through the engine to the worker.
 */

import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { healthSchema, PerdureError } from '@perdure/contract';

const pollMs = 25;

/**
 * Resolves at the first 200, with what the server says of parts that are not quite well. Rejects with the server's last
 * words when `timeoutMs` is over, and when `signal` aborts.
 */
export async function becomesHealthy(
  url: string,
  signal: AbortSignal,
  options: { readonly timeoutMs: number },
): Promise<readonly string[]> {
  const deadline = performance.now() + options.timeoutMs;
  while (!signal.aborted) {
    const answer = await ask(`${url}/health`, signal);
    if (answer.ok) return troublesIn(answer.said);
    if (performance.now() > deadline) {
      throw new PerdureError(
        'timeout',
        `Perdure did not become healthy within ${options.timeoutMs / 1000} s (${answer.said.slice(0, 1_000)}): see the logs folder of the state root.`,
      );
    }
    await delay(pollMs);
  }
  return [];
}

/** A model is no part of ours, and its server may come back at any time. */
function troublesIn(said: string): readonly string[] {
  try {
    const { parts } = healthSchema.parse(JSON.parse(said));
    const own = [parts.engine, parts.database, parts.worker];
    return own.flatMap(({ status, detail }) => (status === 'ok' ? [] : [detail]));
  } catch {
    return [];
  }
}

async function ask(url: string, signal: AbortSignal): Promise<{ readonly ok: boolean; readonly said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ ok: boolean; said: string }>();
  const call = get(url, { agent: false, timeout: 5_000, signal }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (text: string) => (body = (body + text).slice(0, 100_000)));
    response.on('end', () => resolve({ ok: response.statusCode === 200, said: body }));
    response.on('error', (error) => resolve({ ok: false, said: error.message }));
  });
  call.on('timeout', () => call.destroy(new Error('no answer within 5 s')));
  call.on('error', (error) => resolve({ ok: false, said: error.message }));
  // Whoever has taken the port may answer in another protocol, which is no answer here.
  call.on('close', () => resolve({ ok: false, said: 'the connection was closed' }));
  return await promise;
}
