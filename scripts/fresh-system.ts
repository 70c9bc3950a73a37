/** The whole system on a state root and ports of its own, for scripts that show or check it beside whatever else is running. */

import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ensureHome, loadSettings, readOwnerKey } from '@perdure/home';
import { createClient, type Client } from '@perdure/sdk';
import { launch, type Launched } from '@perdure/server/launcher';
import packageJson from '../package.json' with { type: 'json' };

export interface FreshSystem {
  readonly launched: Launched;
  readonly client: Client;
}

/** With the model of the environment, else the demo model; with the agents and pipelines that ship, and nobody else's. */
export async function startFreshSystem(root: string, say: (line: string) => void): Promise<FreshSystem> {
  const [port, workerPort, demoModelPort] = await freePorts(3);
  const paths = ensureHome(root);
  const { values: settings } = await loadSettings(paths, {
    flags: { port, workerPort, demoModelPort },
    env: process.env,
    cwd: join(import.meta.dirname, '..'),
  });
  const launched = await launch({
    home: root,
    project: root,
    settings,
    version: packageJson.version,
    log: say,
    onStatus: (status) => {
      if (status.kind === 'crashed') say(`${status.part} ended (${status.why}) and is started again.`);
    },
  });
  return { launched, client: createClient({ url: launched.info.url, key: readOwnerKey(paths) ?? '' }) };
}

/** Ports as settings take them, all different: each is held until the last was found. */
async function freePorts(count: number): Promise<string[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => String((server.address() as AddressInfo).port));
  await Promise.all(servers.map(async (server) => await new Promise((resolve) => server.close(resolve))));
  return ports;
}
