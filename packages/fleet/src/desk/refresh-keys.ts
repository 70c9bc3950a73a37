/**
 * Looks whether keys of models are other ones in their vaults than in homes, again and again. One whose gateway cannot
 * be told is tried again after a while, and said once.
 */

import { isPerdureError, messageOf } from '@perdure/contract';
import type { GatewayRecord } from '../core/gateway.ts';
import type { FleetHub } from '../core/ports.ts';
import type { RefreshOutcome } from './refresh-key.ts';

export interface RefreshKeysDeps {
  readonly gateways: () => Promise<readonly GatewayRecord[]>;
  readonly hub: Pick<FleetHub, 'secretVersion'>;
  readonly refresh: (principalId: string) => Promise<RefreshOutcome>;
  /** Milliseconds of a clock that nobody sets. */
  readonly steady: () => number;
  readonly log: (line: string) => void;
}

export interface KeyWatch {
  readonly look: () => Promise<void>;
}

/** Each try is a start of OpenClaw's command line. */
const againAfterMs = 60_000;

export function createKeyWatch({ gateways, hub, refresh, steady, log }: RefreshKeysDeps): KeyWatch {
  /** By member: what was looked at last and was right, or when it is tried again. */
  const seen = new Map<string, string>();
  const waiting = new Map<string, number>();
  const told = new Map<string, string>();
  const lookAt = async ({ principalId, handle, credential, home }: GatewayRecord): Promise<void> => {
    if (credential.kind !== 'vault' || steady() < (waiting.get(principalId) ?? 0)) return;
    const mark = `${home} ${credential.reference} ${(await hub.secretVersion(credential.reference)) ?? ''}`;
    if (seen.get(principalId) === mark) return;
    try {
      const outcome = await refresh(principalId);
      if (outcome === 'refreshed') log(`The gateway of ${handle} has another key of its model.`);
      seen.set(principalId, mark);
      told.delete(principalId);
    } catch (error) {
      const why = messageOf(error);
      if (told.get(principalId) !== why) log(why);
      told.set(principalId, why);
      // Somebody has to mend something, which is another key then; all else passes.
      if (isPerdureError(error, 'conflict')) seen.set(principalId, mark);
      else waiting.set(principalId, steady() + againAfterMs);
    }
  };
  return {
    look: async () => {
      for (const gateway of await gateways()) if (gateway.status === 'ready') await lookAt(gateway);
    },
  };
}
