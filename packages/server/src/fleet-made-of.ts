/** What gateways of this host are made of: where they find us, and what ships with us. */

import type { Catalogue } from '@perdure/contract';
import type { FleetHub } from '@perdure/fleet';
import type { FleetDeskDeps } from '@perdure/fleet/desk';
import { demoServer, hubUrlOf } from './fleet-addresses.ts';
import { shipsFrom } from './fleet/ships.ts';

export interface MadeOfDeps {
  /** The state root. */
  readonly root: string;
  /** Of the server. */
  readonly port: number;
  readonly model: { readonly kind: 'demo' | 'configured' };
  readonly catalogue: { read(): Promise<Catalogue> };
  readonly words: FleetHub;
  readonly host: FleetDeskDeps['host'];
}

export interface MadeOf {
  readonly deps: Pick<FleetDeskDeps, 'hub' | 'ships' | 'hubUrl' | 'modelServer' | 'host'>;
  /** Before it is used: the worker tells of the demo model, and comes up beside us. */
  refresh(): Promise<void>;
}

export function createMadeOf({ root, port, model, catalogue, words, host }: MadeOfDeps): MadeOf {
  const ships = shipsFrom();
  let demo: ReturnType<typeof demoServer>;
  return {
    deps: {
      hub: words,
      ships: { ...ships, ...(ships.entry !== undefined && { command: { entry: ships.entry, root } }) },
      hubUrl: hubUrlOf(port),
      modelServer: (name) => (name.startsWith('demo/') ? demo : undefined),
      host,
    },
    async refresh() {
      demo = model.kind === 'demo' ? demoServer(await catalogue.read()) : undefined;
    },
  };
}
