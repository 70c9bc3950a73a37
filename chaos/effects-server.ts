/**
 * The world outside, as a process of its own: it accepts the first effect of each idempotency key, answers later ones with the same
 * result, and keeps its own log. What it says is evidence: a line is on disk before the caller has an answer.
 *
 * It ends when its stdin does, so it cannot outlive whoever started it.
 */

import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

const requestSchema = z.object({
  /** `<run>/<step key>` */
  idempotencyKey: z.string().min(1),
  attempt: z.int().min(1),
  /** How long the answer is held back after the effect was accepted: time for somebody to be killed in. */
  holdMs: z.int().min(0).max(60_000).default(0),
});

/** One line of the log. */
export interface EffectLine {
  readonly at: number;
  readonly outcome: 'accepted' | 'duplicate';
  readonly idempotencyKey: string;
  readonly attempt: number;
  /** Number of the accepted effect of this key. */
  readonly effect: number;
}

/** Listens until it is disposed of. */
export interface EffectsServer extends AsyncDisposable {
  readonly url: string;
}

/** What was attempted so far; nothing where there is no log yet. */
export function readEffectLog(file: string): readonly EffectLine[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as EffectLine);
}

/** Goes on where the log ends. */
export async function startEffectsServer(logFile: string, now: () => number): Promise<EffectsServer> {
  const accepted = new Map(readEffectLog(logFile).map((line) => [line.idempotencyKey, line.effect]));
  const log = openSync(logFile, 'a', 0o600);
  const record = ({ idempotencyKey, attempt }: z.infer<typeof requestSchema>): number => {
    const earlier = accepted.get(idempotencyKey);
    const effect = earlier ?? accepted.size + 1;
    accepted.set(idempotencyKey, effect);
    const outcome = earlier === undefined ? 'accepted' : 'duplicate';
    const line: EffectLine = { at: now(), outcome, idempotencyKey, attempt, effect };
    writeSync(log, `${JSON.stringify(line)}\n`);
    fsyncSync(log);
    return effect;
  };

  const server = createServer((request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const serve = async (): Promise<void> => {
      if (request.method !== 'POST' || request.url !== '/effect') return answer(404, { error: 'POST /effect' });
      const body = requestSchema.safeParse(JSON.parse(await text(request)));
      if (!body.success) return answer(400, { error: body.error.message });
      const effect = record(body.data);
      await delay(body.data.holdMs);
      answer(200, { effect });
    };
    // Callers are killed all the time: a request that breaks off is nothing to mention.
    serve().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      closeSync(log);
    },
  };
}

if (import.meta.main) {
  const server = await startEffectsServer(process.argv[2] ?? 'effects.ndjson', Date.now);
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  process.stdin.resume().on('end', () => process.exit(0));
}
