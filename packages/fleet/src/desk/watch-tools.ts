/** Who leads a family may be another member now: each has what it is to have, and is looked at again where it is so. */

import { messageOf } from '@perdure/contract';
import type { GatewayRecord } from '../core/gateway.ts';
import type { FleetHub } from '../core/ports.ts';

export interface ToolWatchDeps {
  readonly gateways: () => Promise<readonly GatewayRecord[]>;
  readonly hub: Pick<FleetHub, 'leadOf'>;
  readonly ensure: (principalId: string) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface ToolWatch {
  readonly look: () => Promise<void>;
}

export function createToolWatch({ gateways, hub, ensure, log }: ToolWatchDeps): ToolWatch {
  /** By member: what it has. */
  const seen = new Map<string, string>();
  return {
    look: async () => {
      const ready = (await gateways()).filter(({ status }) => status === 'ready');
      const leads = new Map<string, string | undefined>();
      for (const familyId of new Set(ready.map((one) => one.familyId))) leads.set(familyId, await hub.leadOf(familyId));
      for (const { principalId, familyId, handle, home } of ready) {
        const mark = `${home} ${leads.get(familyId) === principalId ? 'leads' : 'is led'}`;
        if (seen.get(principalId) === mark) continue;
        seen.set(principalId, mark);
        await ensure(principalId).catch((error: unknown) =>
          log(`What ${handle} has to work with could not be put into ${home}: ${messageOf(error)}`),
        );
      }
    },
  };
}
