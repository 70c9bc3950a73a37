/**
 * Stands between worker and server at the socket by which runs ask for steps on gateways: real processes, and a moment
 * that is exact. Before an order is passed on, or when it was answered and nobody has heard that yet, something happens
 * once.
 */

import { renameSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { JobId, StepOrder } from '@perdure/fleet';
import { fleetSocket, type HomePaths } from '@perdure/home';

/** `before`: the step was not begun. `after`: all of it is done, and the run does not know. */
export interface StepPoint {
  readonly job: JobId | 'upgrade-family';
  /** Whose step it is; absent: whoever comes first. */
  readonly principalId?: string | undefined;
  readonly step: string;
  readonly direction: 'do' | 'undo';
  readonly side: 'before' | 'after';
}

export type SeenOrder = Pick<StepOrder, 'step' | 'direction' | 'runId'> & Pick<StepPoint, 'job' | 'principalId'>;

export interface StepGateOptions {
  readonly point: StepPoint;
  /** What is done there, the first time that a run gets there. */
  readonly happen: () => void;
  /** Before an order is passed on, or is died at. */
  readonly onOrder?: ((order: SeenOrder) => void | Promise<void>) | undefined;
}

export class StepGate implements AsyncDisposable {
  readonly #server: Server;
  readonly #path: string;
  #inode: number | undefined;
  readonly #real: string;
  readonly #sockets = new Set<Socket>();
  readonly #onOrder: (order: SeenOrder) => void | Promise<void>;
  #armed: { readonly point: StepPoint; readonly happen: () => void } | undefined;

  static async open(paths: HomePaths, options: StepGateOptions): Promise<StepGate> {
    const path = fleetSocket(paths);
    const gate = new StepGate(path, options);
    // Under a name of its own first: whoever listens takes the name with it that it had then.
    await new Promise<void>((resolve) => gate.#server.listen(`${path}.g`, resolve));
    gate.#inode = statSync(`${path}.g`).ino;
    // Who listens there goes on doing so under the other name.
    renameSync(path, gate.#real);
    renameSync(`${path}.g`, path);
    return gate;
  }

  private constructor(path: string, { point, happen, onOrder = () => undefined }: StepGateOptions) {
    this.#path = path;
    this.#real = `${path}.r`;
    this.#armed = { point, happen };
    this.#onOrder = onOrder;
    this.#server = createServer((socket) => void this.#converse(socket));
  }

  get hasHappened(): boolean {
    return this.#armed === undefined;
  }

  async #converse(socket: Socket): Promise<void> {
    const server = createConnection(this.#real);
    for (const each of [socket, server]) {
      this.#sockets.add(each);
      each.on('error', () => each.destroy());
      each.once('close', () => this.#sockets.delete(each));
    }
    server.once('close', () => socket.destroy());
    socket.once('close', () => server.destroy());
    const line = await firstLine(socket);
    if (line === undefined) return;
    const order = JSON.parse(line) as SeenOrder;
    await this.#onOrder(order);
    const isHere = this.#isAt(order);
    if (isHere === 'before') return this.#happen();
    server.write(line);
    const reply = await firstLine(server);
    if (isHere === 'after') return this.#happen();
    if (reply !== undefined) socket.end(reply);
  }

  #isAt(order: SeenOrder): StepPoint['side'] | undefined {
    if (this.#armed === undefined) return undefined;
    const { job, step, direction, side, principalId = order.principalId } = this.#armed.point;
    const isHere = order.job === job && order.step === step && order.direction === direction;
    return isHere && order.principalId === principalId ? side : undefined;
  }

  /** Whoever asked, or was asked, hears nothing of the other any more. */
  #happen(): void {
    const armed = this.#armed;
    this.#armed = undefined;
    armed?.happen();
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    // A server that was started since listens there itself.
    if (statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode) renameSync(this.#real, this.#path);
    else rmSync(this.#real, { force: true });
  }
}

/** Undefined: the connection has ended before. */
async function firstLine(socket: Socket): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  return await new Promise((resolve) => {
    socket.once('close', () => resolve(undefined));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (chunk.includes(10)) resolve(Buffer.concat(chunks).toString());
    });
  });
}
