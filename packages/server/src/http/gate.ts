/**
 * Stands before a port that strangers can reach: it bounds how many connections there are, and of one address, closes
 * what does not begin, and tells who speaks HTTP where TLS is expected. On loopback none is needed.
 */

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { countedAddress } from './client-address.ts';

export interface GateRules {
  /** Who may connect at all; absent: everybody, though not too often. */
  readonly admits?: (peer: string) => boolean;
  /** Called with one that sends something else than TLS; absent: TLS is not expected. */
  readonly onPlain?: (socket: Socket) => void;
  /** Until the first byte, in milliseconds. */
  readonly beginMs: number;
  /** Connections of one address, unless `admits` knows it. */
  readonly mostOfOne?: number;
}

/** A thousand clients of the hub, and as many requests beside them. */
const mostConnections = 4_096;
/** People behind one address of their office, with some programs each. */
const usualMostOfOne = 256;
/** The first byte of a TLS connection: a record of its handshake. */
const tlsHandshake = 0x16;

/** To be called before the server listens: connections come to it through the gate alone. */
export function standBefore(server: Server, { admits, onPlain, beginMs, mostOfOne = usualMostOfOne }: GateRules): void {
  const accepts = server.listeners('connection');
  const accept = (socket: Socket): void => {
    for (const listener of accepts) listener.call(server, socket);
  };
  const counts = new Map<string, number>();
  server.maxConnections = mostConnections;
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    // One that is gone before it was let in is no failure of ours.
    socket.on('error', () => undefined);
    const { remoteAddress = '' } = socket;
    const address = countedAddress(remoteAddress);
    const count = (counts.get(address) ?? 0) + 1;
    if (admits === undefined ? count > mostOfOne : !admits(remoteAddress)) {
      socket.resetAndDestroy();
      return;
    }
    counts.set(address, count);
    socket.once('close', () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
    if (onPlain === undefined) {
      accept(socket);
      return;
    }
    afterFirstByte(socket, beginMs, (first) => {
      if (first === tlsHandshake) {
        accept(socket);
        return;
      }
      onPlain(socket);
      leave(socket, beginMs);
    });
  });
}

/** What is still sent is read, else the answer would be lost on its way; one that goes on sending is cut. */
function leave(socket: Socket, withinMs: number): void {
  socket.resume();
  const late = setTimeout(() => socket.destroy(), withinMs);
  socket.once('close', () => clearTimeout(late));
}

/** What was read is put back: whoever is next reads it all. */
function afterFirstByte(socket: Socket, withinMs: number, next: (first: number | undefined) => void): void {
  const late = setTimeout(() => socket.destroy(), withinMs);
  socket.once('close', () => clearTimeout(late));
  socket.once('readable', () => {
    clearTimeout(late);
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) {
      socket.destroy();
      return;
    }
    socket.unshift(chunk);
    next(chunk[0]);
  });
}
