/**
 * Where gateways of this host find us: the hub, and the demo model, which the worker tells of when it is up. Both have
 * other ports where `perdure up` was told so, and settings that name the old ones would leave every agent deaf.
 */

import type { Catalogue } from '@perdure/contract';
import { readdress, type ReaddressDeps } from '@perdure/fleet/desk';

export interface FleetAddressesDeps extends ReaddressDeps {
  /** Of the server. */
  readonly port: number;
  /** The demo model is a server of ours; undefined: there is none. */
  readonly demo: (() => Promise<{ readonly baseUrl: string } | undefined>) | undefined;
}

export const hubUrlOf = (port: number): string => `http://127.0.0.1:${port}`;

export function demoServer({ modelServers: [server] }: Catalogue) {
  return server && { baseUrl: `${server.origin}/v1`, api: 'openai-completions' };
}

/** Does nothing where we are where we were. */
export function createFleetAddresses({ port, demo, ...deps }: FleetAddressesDeps): { look(): Promise<void> } {
  let told = '';
  return {
    async look() {
      const server = await demo?.();
      const addresses = { hubUrl: hubUrlOf(port), ...(server && { models: { demo: server.baseUrl } }) };
      const now = JSON.stringify(addresses);
      if (now === told) return;
      await readdress(deps, addresses);
      told = now;
    },
  };
}
