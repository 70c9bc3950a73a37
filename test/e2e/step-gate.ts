/**
 * Stands between worker and server at the socket by which runs ask for steps on gateways: real processes, and a moment
 * that is exact. Before an order is passed on, or when it was answered and nobody has heard that yet, something happens
 * once.
 */

import { renameSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { JobId } from '@perdure/fleet';
import { fleetSocket, type HomePaths } from '@perdure/home';

/** `before`: the step was not begun. `after`: all of it is done, and the run does not know. */
export interface StepPoint {
  readonly job: JobId;
  readonly step: string;
  readonly direction: 'do' | 'undo';
  readonly side: 'before' | 'after';
}

export class StepGate implements AsyncDisposable {
  readonly #server: Server;
  readonly #path: string;
  #inode: number | undefined;
  readonly #real: string;
  readonly #sockets = new Set<Socket>();
  readonly #happened = Promise.withResolvers<void>();
  #armed: { readonly point: StepPoint; readonly happen: () => void } | undefined;

  /** `happen`: what is done at this point, the first time that a run gets there. */
  static async open(paths: HomePaths, point: StepPoint, happen: () => void): Promise<StepGate> {
    const path = fleetSocket(paths);
    const gate = new StepGate(path, { point, happen });
    // Under a name of its own first: whoever listens takes the name with it that it had then.
    await new Promise<void>((resolve) => gate.#server.listen(`${path}.g`, resolve));
    gate.#inode = statSync(`${path}.g`).ino;
    // Who listens there goes on doing so under the other name.
    renameSync(path, gate.#real);
    renameSync(`${path}.g`, path);
    return gate;
  }

  private constructor(path: string, armed: { readonly point: StepPoint; readonly happen: () => void }) {
    this.#path = path;
    this.#real = `${path}.r`;
    this.#armed = armed;
    this.#server = createServer((socket) => void this.#converse(socket));
  }

  /** Resolves when it has happened. */
  get happened(): Promise<void> {
    return this.#happened.promise;
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
    const isHere = this.#isAt(line);
    if (isHere === 'before') return this.#happen();
    server.write(line);
    const reply = await firstLine(server);
    if (isHere === 'after') return this.#happen();
    if (reply !== undefined) socket.end(reply);
  }

  #isAt(line: string): StepPoint['side'] | undefined {
    if (this.#armed === undefined) return undefined;
    const { job, step, direction, side } = this.#armed.point;
    const order = JSON.parse(line) as Partial<StepPoint>;
    return order.job === job && order.step === step && order.direction === direction ? side : undefined;
  }

  /** Whoever asked, or was asked, hears nothing of the other any more. */
  #happen(): void {
    this.#armed?.happen();
    this.#armed = undefined;
    for (const socket of this.#sockets) socket.destroy();
    this.#happened.resolve();
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
