/** Which parts of a request a model may be asked without. */

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
