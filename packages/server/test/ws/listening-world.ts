/** The hub on a port, for clients that are not ours. */

import { randomUUIDv7 } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { listenHttp } from '../../src/http/listen.ts';
import { createSocketServer, socketPath } from '../../src/ws/listen-sockets.ts';
import { createSocketWorld } from './socket-world.ts';

/** For tests of a client, which bring the server back themselves. */
export { socketPath };

export async function listen() {
  const world = await createSocketWorld();
  const { checkKey, cookie, hub, log } = world.harness.options;
  const sockets = createSocketServer({
    checkKey,
    cookieName: cookie.name,
    store: hub.store,
    links: hub.links,
    switchboard: world.board,
    clock: Date.now,
    log,
  });
  const server = await listenHttp(world.harness.app, {
    port: 0,
    newId: randomUUIDv7,
    log,
    sockets: { ...sockets, path: socketPath },
  });
  onTestFinished(() => server.close());
  const url = `ws://127.0.0.1:${server.port}${socketPath}`;
  return { ...world, server, sockets, url };
}
