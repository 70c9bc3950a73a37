/** What the store took. */

import { PerdureError } from '@perdure/contract';
import type { GatewayRecord } from '../core/gateway.ts';
import type { GatewayOutcome } from '../core/ports.ts';

/** @throws PerdureError `conflict` where it did not */
export function taken(outcome: GatewayOutcome): GatewayRecord {
  if (outcome.kind === 'gateway') return outcome.gateway;
  throw new PerdureError('conflict', outcome.reason);
}
