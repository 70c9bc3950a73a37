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
const places = 100;

/** The first of 120 ports that nobody is given by chance; of processes that run at once it mostly differs. */
export const quietPort = (): number => firstQuiet + (process.pid % places) * 120;

const groups = 12;
const ofGroup = 8;

/** Eight such, for gateways of one host; of processes that run at once they mostly differ. */
export const quietPorts = (): readonly number[] =>
  Array.from({ length: ofGroup }, (_, at) => firstQuiet + ((process.pid % groups) * ofGroup + at) * 120);
