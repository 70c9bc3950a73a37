/**
 * The whole system on a state root and ports of its own, for scripts that show or check it beside whatever else is
 * running.
 */

import { join } from 'node:path';
import { ensureHome, loadSettings, readOwnerKey } from '@perdure/home';
import { launch, type Launched } from '@perdure/launcher';
import { createClient, type Client } from '@perdure/sdk';
import { freePorts } from '@perdure/testing';
import packageJson from '../package.json' with { type: 'json' };

export interface FreshSystem {
  readonly launched: Launched;
  readonly client: Client;
}

export interface FreshSystemOptions {
  /** The state root; made here. */
  readonly root: string;
  /** Whose agents and pipelines come before the shipped ones; default: nobody's. */
  readonly project?: string;
  readonly say: (line: string) => void;
}

/** With the model of the environment, else the demo model; with the agents and pipelines that ship. */
export async function startFreshSystem({ root, project = root, say }: FreshSystemOptions): Promise<FreshSystem> {
  const [port, workerPort, demoModelPort] = (await freePorts(3)).map(String);
  const paths = ensureHome(root);
  const { values: settings } = await loadSettings(paths, {
    flags: { port, workerPort, demoModelPort },
    env: process.env,
    cwd: join(import.meta.dirname, '..'),
  });
  const launched = await launch({
    home: root,
    project,
    settings,
    version: packageJson.version,
    log: say,
    onStatus: (status) => {
      if (status.kind === 'crashed') say(`${status.part} ended (${status.why}) and is started again.`);
    },
  });
  return { launched, client: createClient({ url: launched.info.url, key: readOwnerKey(paths) ?? '' }) };
}
