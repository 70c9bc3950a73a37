/**
 * Where the worker asks for what a tool or a model server was granted: a unix socket of this account alone, one
 * connection for each call. A line asks, a line answers, and what was lent is lent for as long as the connection
 * stands: the end of the call ends it, and so does the end of the worker, whatever that died of.
 */

import type { Socket } from 'node:net';
import { lendRequestSchema, PerdureError, toErrorRecord, type LendReply, type LendRequest } from '@perdure/contract';
import { endLends, lendSecrets, type LendDeps } from '@perdure/hub/desk';
import { lineOf, serveLines } from './line-socket.ts';

export interface LendingDeps {
  /** Path of the socket. A file left there by a server that died is replaced: one launcher owns a state root. */
  readonly path: string;
  readonly vault: LendDeps;
  readonly log: (message: string) => void;
}

const notWritten =
  'The end of what was lent to tools could not be written down; it ends by itself within a quarter of an hour.';

export async function serveLending(deps: LendingDeps): Promise<{ close(): Promise<void> }> {
  const { path, vault, log } = deps;
  // Lent by a server that is no more. Where nothing can be written they end by themselves, and all else works.
  await endLends(vault, undefined).catch(() => log(notWritten));
  return await serveLines(path, async (socket) => await converse(socket, deps));
}

/** Never rejects. */
async function converse(socket: Socket, { vault, log }: LendingDeps): Promise<void> {
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let leaseIds: readonly string[] = [];
  try {
    const line = await lineOf(socket);
    if (line !== undefined) {
      const { reply, lent } = await answer(line, vault);
      leaseIds = lent;
      if (reply.kind === 'refused') socket.end(`${JSON.stringify(reply)}\n`);
      else if (!socket.destroyed) socket.write(`${JSON.stringify(reply)}\n`);
      socket.resume();
    }
    await gone;
  } finally {
    if (leaseIds.length > 0) {
      // Where this cannot be written they end by themselves.
      await endLends(vault, leaseIds).catch(() => log(notWritten));
    }
  }
}

async function answer(
  line: string,
  vault: LendDeps,
): Promise<{ readonly reply: LendReply; readonly lent: readonly string[] }> {
  try {
    const outcome = await lendSecrets(vault, parse(line));
    if (outcome.kind === 'lent') {
      return { reply: { kind: 'lent', values: [...outcome.values] }, lent: outcome.leaseIds };
    }
    const { code, message } = outcome;
    return { reply: { kind: 'refused', code, message }, lent: [] };
  } catch (error) {
    const { code, message } = toErrorRecord(error, 'internal');
    return { reply: { kind: 'refused', code, message }, lent: [] };
  }
}

/** @throws PerdureError `invalid_input` */
function parse(line: string): LendRequest {
  try {
    return lendRequestSchema.parse(JSON.parse(line));
  } catch {
    // The words of the parser repeat what they were given.
    throw new PerdureError('invalid_input', 'This is no request for secrets; the worker of this version sends one.');
  }
}
