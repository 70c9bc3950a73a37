/**
 * Asks the server for a step on a gateway, over its own socket: one connection for each. A server that ends before it
 * has answered is asked again when it is back, since each step may be repeated; where it stays away the reply says so.
 */

import { createConnection } from 'node:net';
import { readReply, type StepReply } from '@perdure/fleet';
import type { AskStep } from '@perdure/fleet/pipelines';

export interface StepAskerDeps {
  readonly path: string;
  /** How long a server that is away is waited for; default 60,000. */
  readonly patienceMs?: number;
}

const firstWaitMs = 50;
const longestWaitMs = 1_000;
/** What a gateway printed last is in it. */
const longestReply = 1_000_000;

export function createStepAsker({ path, patienceMs = 60_000 }: StepAskerDeps): AskStep {
  return async (order, signal) => {
    let until = performance.now() + patienceMs;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const asked = await askOnce({ path, line: JSON.stringify(order), signal });
      if (asked.reply !== undefined) return asked.reply;
      if (signal.aborted)
        return { kind: 'failed', code: 'unavailable', message: 'Nobody waits for this step any more.' };
      // It was there, and has died since: it is given its time to come back.
      if (asked.wasThere) until = performance.now() + patienceMs;
      if (performance.now() + waitMs > until) return serverAway;
      await pause(waitMs, signal);
    }
  };
}

const serverAway: StepReply = {
  kind: 'failed',
  code: 'unavailable',
  message: 'The server, which looks after gateways, does not answer: `perdure status` and logs/server.log tell why.',
};

interface Ask {
  readonly path: string;
  readonly line: string;
  readonly signal: AbortSignal;
}

/** Never rejects. A step takes its time: only the end of the connection, or of the run, ends it. */
async function askOnce({
  path,
  line,
  signal,
}: Ask): Promise<{ readonly reply?: StepReply; readonly wasThere: boolean }> {
  if (signal.aborted) return { wasThere: false };
  const socket = createConnection(path);
  // It keeps nobody from ending.
  socket.unref();
  const leave = (): void => void socket.destroy();
  signal.addEventListener('abort', leave, { once: true });
  let wasThere = false;
  const answer = await new Promise<string>((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    socket.on('error', leave);
    socket.once('connect', () => (wasThere = true));
    socket.once('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > longestReply || chunk.includes(10)) socket.destroy();
    });
    socket.write(`${line}\n`);
  });
  signal.removeEventListener('abort', leave);
  const reply = readReply(answer);
  return reply === undefined ? { wasThere } : { reply, wasThere };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
