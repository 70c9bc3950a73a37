/**
 * Ports for processes that cannot choose their own. All are below those that systems give to whoever connects: a port
 * that is free stays so until it is used, also while the one who uses it is started again.
 */

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

const groups = 11;

/**
 * Of processes that one runner of tests has at once no two have the same group: it numbers them, and is the parent of
 * all. Those of other runners mostly differ.
 */
const group = (): number => (process.ppid * 2 + Number(process.env['VITEST_POOL_ID'] ?? 0)) % groups;

const firstFree = 10_000;
/** A group has so many for `freePorts`, which are given in turn. */
const inTurn = 600;
let turn = Math.floor(Math.random() * inTurn);

/** Ports that nobody listens on, and that nobody else of this runner is given soon. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let tried = 0; ports.length < count; tried += 1) {
    if (tried === inTurn) throw new Error(`fewer than ${count} ports from ${firstFree} on are free`);
    turn = (turn + 1) % inTurn;
    const port = firstFree + group() * inTurn + turn;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server: Server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}

const firstQuiet = 20_000;
const ofGroup = 9;

const placeAt = (at: number): number => firstQuiet + (group() * ofGroup + at) * 120;

/** The first of 120 ports that nobody is given by chance. */
export const quietPort = (): number => placeAt(ofGroup - 1);

/** Eight such, for gateways of one host; `quietPort` is none of them. */
export const quietPorts = (): readonly number[] => Array.from({ length: ofGroup - 1 }, (_, at) => placeAt(at));
