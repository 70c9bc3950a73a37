/**
 * Where runs of the fleet's pipelines ask for their steps: a unix socket of this account alone, one connection for each
 * step. A line asks, a line answers. A connection that ends before says that nobody waits any more.
 */

import type { Socket } from 'node:net';
import type { StepOrder, StepReply, UpgradeOrder } from '@perdure/fleet';
import { readOrder } from '@perdure/fleet';
import { lineOf, serveLines } from './line-socket.ts';

export interface StepDesk {
  /** Never rejects. */
  runStep(order: StepOrder | UpgradeOrder, signal: AbortSignal): Promise<StepReply>;
}

export async function serveSteps({
  path,
  desk,
}: {
  readonly path: string;
  readonly desk: StepDesk;
}): Promise<{ close(): Promise<void> }> {
  return await serveLines(path, async (socket) => await converse(socket, desk));
}

const notOurs: StepReply = {
  kind: 'failed',
  code: 'invalid_input',
  message: 'This asks for no step; the worker of this version does.',
};

/** Never rejects. */
async function converse(socket: Socket, desk: StepDesk): Promise<void> {
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  const line = await lineOf(socket);
  if (line === undefined) return;
  socket.resume();
  const order = readOrder(line);
  const reply = order === undefined ? notOurs : await desk.runStep(order, gone.signal);
  if (!socket.destroyed) socket.end(`${JSON.stringify(reply)}\n`);
}
