/** Why a run is not deleted. */

import type { RunStatus } from '@perdure/contract';

export type RemovalRefusal =
  /** `runId`: it, or one below it. */
  | { readonly kind: 'not_ended'; readonly runId: string; readonly status: RunStatus }
  | { readonly kind: 'is_part'; readonly parent: string };
