/** The product's own server on a state root, without engine and worker: it only reads here. */

import { randomBytes } from 'node:crypto';
import { compact, PerdureError } from '@perdure/contract';
import { ensureHome, ensureOwnerKey } from '@perdure/home';
import { freePorts } from '@perdure/testing';
import { partEnv, startPart } from '../steps/stack.ts';

export interface BenchServer extends AsyncDisposable {
  /** One request, timed until its body has come. */
  read(path: string): Promise<{ readonly ms: number; readonly body: Buffer }>;
  /** All events that a run has by now. */
  readEvents(runId: string): Promise<{ readonly ms: number; readonly events: number; readonly bytes: number }>;
}

const entry = new URL(import.meta.resolve('@perdure/server/main'));

export async function startBenchServer(home: string): Promise<BenchServer> {
  const paths = ensureHome(home);
  const key = ensureOwnerKey(paths, randomBytes);
  const [port = 0] = await freePorts(1);
  const part = await startPart('server', entry, { paths, env: partEnv(paths, { port }) });
  const get = async (path: string, signal?: AbortSignal): Promise<Response> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${key}` },
      ...compact({ signal }),
    });
    if (response.status === 200) return response;
    throw new PerdureError('internal', `GET ${path} answered HTTP ${response.status}: ${await response.text()}`);
  };
  return {
    async read(path) {
      const from = performance.now();
      const response = await get(path);
      const body = Buffer.from(await response.arrayBuffer());
      return { ms: performance.now() - from, body };
    },
    async readEvents(runId) {
      const from = performance.now();
      const gone = new AbortController();
      const response = await get(`/api/v1/runs/${runId}/events`, gone.signal);
      const text = await untilUpToDate(response);
      const ms = performance.now() - from;
      gone.abort();
      return { ms, events: text.split('\nevent: ').length - 1, bytes: text.length };
    },
    [Symbol.asyncDispose]: () => part.stop(),
  };
}

/** The stream up to the mark behind all that was recorded. */
async function untilUpToDate({ body }: Response): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body ?? []) {
    chunks.push(Buffer.from(chunk));
    if (chunks.at(-1)?.includes(': up to date') === true) break;
  }
  return Buffer.concat(chunks).toString();
}
