/** Why a drive begins nothing new: by order, by its own decision, or because it lost what it needs. */

import type { ErrorRecord } from '@perdure/contract';

/** Why no new step may begin. The first one stands, but a later, stronger one (see `haltStrength`) replaces it. */
export type Halt =
  /** Only pass over the record: undo closures are being collected. */
  | { readonly kind: 'replay' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'pause'; readonly orderId: string }
  | { readonly kind: 'cancel'; readonly orderId: string }
  | { readonly kind: 'attention'; readonly error: ErrorRecord }
  /** Another driver has the run (R2). */
  | { readonly kind: 'lost' }
  /** The record cannot be reached: the drive throws and is called again (E3). */
  | { readonly kind: 'broken'; readonly error: unknown };

export const haltStrength: Record<Halt['kind'], number> = {
  shutdown: 0,
  replay: 1,
  pause: 2,
  attention: 3,
  cancel: 4,
  broken: 5,
  lost: 6,
};
