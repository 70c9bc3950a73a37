/** What was found out about a model by asking: which parts of a request it refuses. */

/** What not every server knows, or does well; a request that is refused is tried without. */
export const optionalFeatures = [
  /** A schema for the answer. */
  'response_format',
  /** Tools that are named and may not be called. */
  'tool_choice',
  /** What the model gave with an earlier answer and wants back. */
  'carried',
  /** Ids of calls as the model gave them; without, each has nine letters and digits. */
  'call_ids',
  'temperature',
  /** Instructions in a message of their own. */
  'system_role',
  'stream_options',
  'stream',
] as const;
export type OptionalFeature = (typeof optionalFeatures)[number];

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
