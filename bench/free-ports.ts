/** Ports on loopback that nobody listens to. */

import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Each is held until the last was found, so they are all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) server.close();
  return ports;
}
