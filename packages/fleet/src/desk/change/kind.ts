/** A kind of change: what is looked at before anything is touched, and what is done then. */

import { PerdureError } from '@perdure/contract';
import type { GatewayChange } from '../../core/gateway.ts';
import type { DoStep, StepWork } from '../ports.ts';

export interface Kind {
  /** What it is, in words that go on: `scout gets …`. */
  readonly words: (change: GatewayChange) => string;
  /** Nothing is changed yet. @throws PerdureError where it would not go well */
  readonly check: DoStep;
  /** The gateway is stopped, its home lies in an archive, and the record says already what it is to say. */
  readonly apply: DoStep;
  /** In place of the archive, where only some things were touched, and all of these were kept. */
  readonly putBack?: DoStep;
}

/** @throws PerdureError where the record tells of none */
export function changeIn({ gateway }: StepWork): GatewayChange {
  if (gateway.change !== undefined) return gateway.change;
  throw new PerdureError('conflict', `Nothing is to be changed of the gateway of ${gateway.handle}.`);
}
