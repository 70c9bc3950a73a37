/** This host, as orders to the fleet see it. */

import { realpath } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { FleetHost } from '@perdure/fleet/control';
import { observeHost } from '@perdure/fleet/host';
import { channelKeyOf } from '@perdure/fleet/openclaw';
import { scanGateways, scanHome } from '@perdure/fleet/scan';

export interface HostDeps {
  readonly accountHome: string;
  readonly env: NodeJS.ProcessEnv;
  /** Node, by which gateways are run. */
  readonly node: string;
}

export function createFleetHost({ accountHome, env, node }: HostDeps): FleetHost {
  return {
    name: hostname(),
    accountHome,
    uid: userInfo().uid,
    async find(named) {
      if (isAbsolute(named)) return await scanHome(resolve(named), { accountHome });
      return (await scanGateways({ accountHome })).find(({ handle }) => handle === named);
    },
    channelKey: async (home) => channelKeyOf(home),
    observe: async ({ home, port }) =>
      await observeHost({
        accountHome,
        searchPath: env['PATH'] ?? '',
        runtimeDir: env['XDG_RUNTIME_DIR'],
        wantedHome: home,
        wantedPort: port,
      }),
    async program({ openclaw }) {
      if (openclaw === undefined) return undefined;
      const entry = await realpath(openclaw.path);
      // A wrapper of somebody's is nothing that Node runs, and it may bring an environment of its own.
      return /\.[cm]?js$/.test(entry) ? { node, entry, version: openclaw.version } : undefined;
    },
  };
}
