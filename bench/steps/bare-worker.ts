/**
 * The peer: the same ten steps on the bare Restate SDK, in a worker process of its own, on the same engine.
 *
 * One invocation, ten `ctx.run`, each journaled by the engine before the next; retention of the journal as our own
 * handlers have it, which favours the peer.
 */

import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { EngineSocket, registerWorker } from '@perdure/engine/restate';
import { engineSockets, homePaths } from '@perdure/home';
import { runChild } from '@perdure/process';
import { createEndpointHandler, service, type Context } from '@restatedev/restate-sdk';

runChild('bare-worker', async () => {
  const peer = service({
    name: 'bench_bare',
    handlers: {
      tenSteps: async (ctx: Context) => {
        let sum = 0;
        for (let step = 1; step <= 10; step += 1) sum += await ctx.run(`step-${step}`, () => step);
        return sum;
      },
    },
    options: { journalRetention: 0 },
  });
  const server = createServer(createEndpointHandler({ services: [peer] }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const admin = new EngineSocket(engineSockets(homePaths(String(process.env['PERDURE_HOME']))).admin);
  await registerWorker(admin, (server.address() as AddressInfo).port);
  admin.close();
  return { close: () => Promise.resolve() };
});
