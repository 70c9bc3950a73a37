/** Which ports nobody can be let have: each is bound for a moment, on both loopback addresses. */

import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Somebody else may be trying them in the same moment, a second order for one; a listener stays. */
const looks = 6;

export async function busyAmong(ports: readonly number[]): Promise<readonly number[]> {
  let busy = await busyNow(ports);
  for (let look = 1; look < looks && busy.length > 0; look += 1) {
    // Not in step with whoever else looks again.
    await delay(20 + Math.random() * 150);
    busy = await busyNow(busy);
  }
  return busy;
}

async function busyNow(ports: readonly number[]): Promise<readonly number[]> {
  const busy = await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])));
  return busy.flat();
}

async function isFree(port: number): Promise<boolean> {
  return (await binds(port, '127.0.0.1')) && (await binds(port, '::1'));
}

/** An address that this host does not have keeps nobody away. */
async function binds(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ port, host, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
  } finally {
    server.close();
  }
}
