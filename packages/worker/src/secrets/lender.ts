/**
 * Asks the server for what was granted, over its own socket: one connection for each call, which lasts as long as the
 * call. A server that is away is started again by the launcher, so it is waited for; where it stays away the sentence
 * says so.
 */

import { createConnection, type Socket } from 'node:net';
import {
  errorCatalogue,
  lendReplySchema,
  PerdureError,
  type ErrorCode,
  type LendReply,
  type LendRequest,
} from '@perdure/contract';
import { hiding, type Hidden } from './hide.ts';

export interface Lent {
  readonly values: Readonly<Record<string, string>>;
  readonly hide: <T>(value: T) => T;
  end(): void;
}

export type LendAnswer =
  | { readonly kind: 'lent'; readonly secrets: Lent }
  | { readonly kind: 'refused'; readonly error: PerdureError };

/** Never rejects. */
export type AskSecrets = (request: LendRequest, signal: AbortSignal) => Promise<LendAnswer>;

export interface LenderDeps {
  readonly path: string;
  /** Told what must not be logged from now on; it is never taken back: a line may come late. */
  readonly keepOut: (secrets: readonly Hidden[]) => void;
  /** How long the server is waited for; default 30,000. */
  readonly patienceMs?: number;
}

const firstWaitMs = 50;
const longestWaitMs = 1_000;
/** The server opens what it has at once. */
const answerWithinMs = 20_000;

export function createLender({ path, keepOut, patienceMs = 30_000 }: LenderDeps): AskSecrets {
  return async (request, signal) => {
    const until = performance.now() + patienceMs;
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      const asked = await askOnce(path, request);
      if (asked !== undefined) return toAnswer(asked, keepOut);
      if (signal.aborted || performance.now() + waitMs > until) return { kind: 'refused', error: serverAway() };
      await pause(waitMs, signal);
    }
  };
}

interface Asked {
  readonly socket: Socket;
  readonly reply: LendReply;
}

function toAnswer({ socket, reply }: Asked, keepOut: LenderDeps['keepOut']): LendAnswer {
  if (reply.kind === 'refused') {
    const code = Object.hasOwn(errorCatalogue, reply.code) ? (reply.code as ErrorCode) : 'internal';
    return { kind: 'refused', error: new PerdureError(code, reply.message) };
  }
  const secrets = reply.values.filter(({ isOpen }) => !isOpen);
  keepOut(secrets);
  return {
    kind: 'lent',
    secrets: {
      values: Object.fromEntries(reply.values.map(({ name, value }) => [name, value])),
      hide: hiding(secrets),
      end: () => socket.destroy(),
    },
  };
}

/** Undefined where there is no server, or it ends before it has answered: it is another one that is to be asked. */
async function askOnce(path: string, request: LendRequest): Promise<Asked | undefined> {
  const socket = createConnection(path);
  // It keeps nobody from ending.
  socket.unref();
  const line = await new Promise<string | undefined>((resolve) => {
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => socket.destroy(), answerWithinMs);
    const end = (answer: string | undefined): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    socket.on('error', () => socket.destroy());
    socket.once('close', () => end(undefined));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.includes(10)) end(Buffer.concat(chunks).toString());
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
  const reply = line === undefined ? undefined : read(line);
  if (reply === undefined) socket.destroy();
  return reply && { socket, reply };
}

function read(line: string): LendReply | undefined {
  try {
    return lendReplySchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function serverAway(): PerdureError {
  return new PerdureError(
    'unavailable',
    'The server, which opens the vaults, does not answer: `perdure status` and logs/server.log tell why.',
  );
}
