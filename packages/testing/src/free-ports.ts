/** Ports for processes that cannot choose their own. */

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Ports that were free a moment ago: each is held until the last was found, so that they differ. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map(async (server) => await once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(async (server) => await new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Below those that systems give to whoever connects: ports behind it are not taken in passing. */
const firstQuiet = 20_000;
const groups = 11;
const ofGroup = 9;

/**
 * Of processes that one runner of tests has at once no two have the same group: it numbers them, and is the parent of
 * all. Those of other runners mostly differ.
 */
const placeAt = (at: number): number => {
  const group = (process.ppid * 2 + Number(process.env['VITEST_POOL_ID'] ?? 0)) % groups;
  return firstQuiet + (group * ofGroup + at) * 120;
};

/** The first of 120 ports that nobody is given by chance. */
export const quietPort = (): number => placeAt(ofGroup - 1);

/** Eight such, for gateways of one host; `quietPort` is none of them. */
export const quietPorts = (): readonly number[] => Array.from({ length: ofGroup - 1 }, (_, at) => placeAt(at));
