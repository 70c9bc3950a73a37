/**
 * The world outside, as a process of its own: it takes effects, and answers whether one has happened. What it says is
 * evidence: it is in the log (`effects-log.ts`) before the caller has an answer.
 *
 * It ends when its stdin does, so it cannot outlive whoever started it.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { askers, effectKinds, EffectsLog } from './effects-log.ts';

const attemptSchema = z.object({
  idempotencyKey: z.string().min(1),
  attempt: z.int().min(1).default(1),
  tool: z.string().min(1),
  kind: z.enum(effectKinds),
  /** How long the answer is held back after the effect was accepted: time for somebody to be killed in. */
  holdMs: z.int().min(0).max(60_000).default(0),
});

const inquirySchema = z.object({ key: z.string().min(1), asker: z.enum(askers) });

/** Listens until it is disposed of. */
export interface EffectsServer extends AsyncDisposable {
  readonly url: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

export async function startEffectsServer(logFile: string, now: () => number): Promise<EffectsServer> {
  const log = new EffectsLog(logFile, now);
  const server = createServer((request, response) => {
    const serve = async (): Promise<void> => {
      const { status, body } = await answerTo(request, log);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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
      log[Symbol.dispose]();
    },
  };
}

async function answerTo(request: IncomingMessage, log: EffectsLog): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://effects');
  switch (`${request.method} ${pathname}`) {
    case 'POST /effect': {
      const asked = attemptSchema.safeParse(JSON.parse(await text(request)));
      if (!asked.success) return refused(asked.error);
      const { holdMs, ...attempt } = asked.data;
      const effect = log.attempt(attempt);
      await delay(holdMs);
      return { status: 200, body: { effect } };
    }
    case 'GET /effect': {
      const asked = inquirySchema.safeParse(Object.fromEntries(searchParams));
      if (!asked.success) return refused(asked.error);
      return { status: 200, body: { effect: log.inquire(asked.data.key, asked.data.asker) } };
    }
    case 'GET /effects':
      return { status: 200, body: { effects: log.count } };
    default:
      return { status: 404, body: { error: 'POST /effect, GET /effect?key=&asker=, GET /effects' } };
  }
}

function refused(error: z.ZodError): Answer {
  return { status: 400, body: { error: z.prettifyError(error) } };
}

if (import.meta.main) {
  const server = await startEffectsServer(process.argv[2] ?? 'effects.ndjson', Date.now);
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
  process.stdin.resume().on('end', () => process.exit(0));
}
