/** This host, as orders to the fleet see it. */

import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import type { FleetHost, FoundRelease } from '@perdure/fleet/control';
import { findOpenclaw, freeBytesOf, isForNode, observeHost, sizeOf, versionAt } from '@perdure/fleet/host';
import { askVersion, channelKeyOf } from '@perdure/fleet/openclaw';
import { detailsOf, scanGateways, scanHome } from '@perdure/fleet/scan';

export interface HostDeps {
  readonly accountHome: string;
  readonly env: NodeJS.ProcessEnv;
  /** Node, by which gateways are run. */
  readonly node: string;
}

/** Some systems have it behind a link, as `/home` that leads elsewhere; a gateway is run in no folder behind one. */
export function homeOfAccount(): string {
  try {
    return realpathSync(homedir());
  } catch {
    return homedir();
  }
}

export function createFleetHost({ accountHome, env, node }: HostDeps): FleetHost {
  const searchPath = env['PATH'] ?? '';
  return {
    name: hostname(),
    accountHome,
    uid: userInfo().uid,
    async find(named) {
      if (isAbsolute(named)) return await scanHome(resolve(named), { accountHome });
      return (await scanGateways({ accountHome })).find(({ handle }) => handle === named);
    },
    scan: async () => await scanGateways({ accountHome }),
    detailsOf: async (found) => await detailsOf(found, accountHome),
    channelKey: async (home) => channelKeyOf(home),
    observe: async ({ home, port }) =>
      await observeHost({
        accountHome,
        searchPath,
        runtimeDir: env['XDG_RUNTIME_DIR'],
        wantedHome: home,
        wantedPort: port,
      }),
    async program({ openclaw }) {
      if (openclaw === undefined) return undefined;
      const entry = await realpath(openclaw.path);
      return isForNode(entry) ? { node, entry, version: openclaw.version } : undefined;
    },
    async release(given) {
      const path = given ?? (await findOpenclaw(searchPath))?.path;
      if (path === undefined) {
        return none('OpenClaw is not on the PATH of the server: install it with npm, or name it with --openclaw.');
      }
      return await releaseAt(path, node);
    },
    behind: async ({ entry }) => await versionAt(entry).catch(() => undefined),
    sizeOf,
    freeBytes: freeBytesOf,
  };
}

const none = (why: string): FoundRelease => ({ kind: 'none', why });

async function releaseAt(path: string, node: string): Promise<FoundRelease> {
  const entry = await realpath(path).catch(() => undefined);
  if (entry === undefined) return none(`There is no file ${path}; name the openclaw of an installation.`);
  if (!isForNode(entry)) return none(`openclaw at ${path} is nothing that Node runs; install it with npm.`);
  if ((await versionAt(entry)) === undefined) {
    return none(`${entry} is no part of a package openclaw, as npm installs it; name the openclaw of one.`);
  }
  const said = await askVersion({ node, entry });
  if (said.kind === 'version') return { kind: 'release', program: { node, entry, version: said.version } };
  return none(`${entry} does not say which release it is (${said.said}): is it whole, and does it run on ${node}?`);
}
