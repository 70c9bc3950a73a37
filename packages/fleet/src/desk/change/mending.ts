/** What is to be mended of a gateway, from its record. */

import { PerdureError } from '@perdure/contract';
import type { GatewayRecord, Mending } from '../../core/gateway.ts';

/** @throws PerdureError where the record tells of nothing to mend */
export function mendingOf({ change, handle }: GatewayRecord): Mending {
  if (change?.mends !== undefined) return change.mends;
  throw new PerdureError('conflict', `Nothing is to be mended of the gateway of ${handle}.`);
}
