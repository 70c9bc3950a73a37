/** The hub on a port, for clients that are not ours. */

import { randomUUIDv7 } from 'node:crypto';
import { makeAuthority } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { onTestFinished } from 'vitest';
import { listenHttp } from '../../src/http/listen.ts';
import { openPublicWays } from '../../src/public-door.ts';
import { createSocketServer, socketPath } from '../../src/ws/listen-sockets.ts';
import { createSocketWorld } from './socket-world.ts';

/** For tests of a client, which bring the server back themselves. */
export { socketPath };

export function createTestTls() {
  const authority = makeAuthority(tempFolder());
  return { authority, files: authority.issue('hub', ['IP:127.0.0.1']) };
}

/** `tls`: on a port with TLS besides. */
export async function listen(tls?: ReturnType<typeof createTestTls>) {
  const world = await createSocketWorld();
  const { checkKey, hub, log } = world.harness.options;
  const sockets = createSocketServer({
    checkKey,
    store: hub.store,
    links: hub.links,
    switchboard: world.board,
    clock: Date.now,
    log,
  });
  const access = tls && { door: { host: '127.0.0.1', port: 0, tls: tls.files } };
  const ways = openPublicWays(access, { log, clock: Date.now });
  const server = await listenHttp(world.harness.app, {
    ...ways,
    port: 0,
    newId: randomUUIDv7,
    log,
    sockets: { ...sockets, path: socketPath },
  });
  ways.start(server.beyond);
  onTestFinished(async () => {
    ways.close();
    await server.close();
  });
  const url = `ws://127.0.0.1:${server.port}${socketPath}`;
  return { ...world, server, sockets, url };
}
