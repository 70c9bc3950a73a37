/** A part of a home that is ours: how it differs from what it is to be, and how it is made so. Both may be repeated. */

import type { GatewayRecord } from '../../core/gateway.ts';
import type { Difference } from '../../core/repair.ts';
import type { FleetDeskDeps, StepWork } from '../ports.ts';

export interface LookWork {
  readonly deps: Pick<FleetDeskDeps, 'hub' | 'ships' | 'hubUrl' | 'modelServer' | 'host'>;
  readonly gateway: GatewayRecord;
  /** Settings are replaced whole, whatever people have added. */
  readonly isFresh: boolean;
}

export interface Part {
  readonly look: (work: LookWork) => Promise<readonly Difference[]>;
  readonly make: (work: StepWork & Pick<LookWork, 'isFresh'>) => Promise<void>;
}

export const present = (...differences: readonly (Difference | undefined)[]): readonly Difference[] =>
  differences.filter((one) => one !== undefined);
