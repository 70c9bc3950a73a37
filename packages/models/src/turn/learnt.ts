/** What was found out about a model by asking: which parts of a request it refuses. */

import type { OptionalFeature } from '@perdure/contract';

export { optionalFeatures, type OptionalFeature } from '@perdure/contract';

export interface Learnt {
  /** `server/model`. */
  readonly model: string;
  readonly feature: OptionalFeature;
  /** Hash of the schema that was refused; '' where the feature was, whatever the schema. */
  readonly schemaHash: string;
  /** Machine-readable, of the server, or its status. */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Where it is kept, so that the next worker need not find it out again. */
export interface LearntStore {
  readonly load: () => Promise<readonly Learnt[]>;
  readonly keep: (learnt: Learnt) => Promise<void>;
}

/** Servers are upgraded: after this long a feature is tried again. */
export const learntForMs = 7 * 24 * 60 * 60_000;

/** Keeps nothing beyond the process: for who asks but a few times. */
export function learntInMemory(): LearntStore {
  const known: Learnt[] = [];
  return { load: async () => known, keep: async (learnt) => void known.push(learnt) };
}
