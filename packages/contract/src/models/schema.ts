/** Model servers as the worker publishes them, and what was learnt of their models. No secret is in it. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { modelApis } from './api.ts';
import { modelPricesSchema } from './settings.ts';

/** A model that somebody may ask: the default, one that an agent or a fallback names, or the settings. */
export const modelEntrySchema = z.object({
  /** `server/model`. */
  name: z.string(),
  /** Whether it is asked by agents that name none. */
  isDefault: z.boolean(),
  /** Agents that ask it. */
  agents: z.array(z.string()),
  contextTokens: z.int(),
  /** Per million tokens. */
  prices: modelPricesSchema.optional(),
  /** Asked in this order where this one fails for good, as `server/model`. */
  fallback: z.array(z.string()),
});
export type ModelEntry = z.infer<typeof modelEntrySchema>;

export const modelServerEntrySchema = z.object({
  name: z.string(),
  api: z.enum(modelApis),
  /** Scheme, host and port. */
  origin: z.string(),
  /**
   * `missing`: it is to come from a variable that is not set. `none`: the settings name none. `vault`: it lies in a
   * vault, and is looked up with each turn.
   */
  key: z.enum(['set', 'missing', 'none', 'vault']),
  /** What it asks the vaults for with each turn: its key, or a header. Absent: nothing. */
  secrets: z.array(z.object({ name: z.string(), reference: z.string() })).optional(),
  /** Origin of the proxy that its requests go through. */
  proxy: z.string().optional(),
  models: z.array(modelEntrySchema),
});
export type ModelServerEntry = z.infer<typeof modelServerEntrySchema>;

/** A part of a request that a model refused, and is asked without until this is forgotten. */
export const learntFactSchema = z.object({
  /** `server/model`. */
  model: z.string(),
  feature: z.string(),
  /** Hash of the schema that was refused; '' where the feature was, whatever the schema. */
  schemaHash: z.string(),
  reason: z.string(),
  at: timestampSchema,
});
export type LearntFact = z.infer<typeof learntFactSchema>;

/** A model that did not answer when it was asked last. */
export const modelAwaySchema = z.object({
  /** `server/model`. */
  model: z.string(),
  since: timestampSchema,
  /** When it is asked again, by one run for all. */
  nextAt: timestampSchema,
  reason: z.string(),
  /** Runs that wait for it, the one that asks just now included. 0: it is asked when a run needs it. */
  waiting: z.int(),
});
export type ModelAway = z.infer<typeof modelAwaySchema>;

export const modelsViewSchema = z.object({
  servers: z.array(modelServerEntrySchema),
  learnt: z.array(learntFactSchema),
  away: z.array(modelAwaySchema),
});
export type ModelsView = z.infer<typeof modelsViewSchema>;

export const forgetModelSchema = z.object({ model: z.string().min(1).max(500) });

/** How many facts there were. */
export const forgottenSchema = z.object({ model: z.string(), forgotten: z.int() });
export type Forgotten = z.infer<typeof forgottenSchema>;
