/**
 * Model servers as the settings describe them, without a secret: keys, and headers that hold one, are names of
 * variables, or references to what lies in a vault. The launcher hands this to the worker as JSON, in `PERDURE_MODELS`.
 */

import { z } from 'zod';
import { modelApis } from './api.ts';
import { optionalFeatures } from './features.ts';

/** What a million tokens cost, in whatever money the person counts in. */
export const modelPricesSchema = z.object({ input: z.number().nonnegative(), output: z.number().nonnegative() });
export type ModelPrices = z.infer<typeof modelPricesSchema>;

const count = z.int().positive().optional();

/** How long one request may take, in milliseconds, and how much it may send. */
const limitsSchema = z.object({ firstByteMs: count, silenceMs: count, wholeMs: count, bytes: count });
export type LimitSettings = z.infer<typeof limitsSchema>;

/** What may be said for one model, for a server, and for all. */
const modelSettingsShape = {
  contextTokens: count,
  maxOutputTokens: count,
  limits: limitsSchema.optional(),
  prices: modelPricesSchema.optional(),
  /** Names as `model:` of an agent has them, in the order in which they are asked. */
  fallback: z.array(z.string()).optional(),
  /** Parts of a request that it is never sent. */
  without: z.array(z.enum(optionalFeatures)).optional(),
};
const modelSettingsSchema = z.object(modelSettingsShape);
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

/** A header's value: as it is, the variable that holds it, or where it lies in a vault. */
const headerValueSchema = z.union([
  z.object({ text: z.string() }),
  z.object({ variable: z.string() }),
  z.object({ reference: z.string() }),
]);
export type HeaderValue = z.infer<typeof headerValueSchema>;

export const serverSettingsSchema = z.object({
  name: z.string(),
  baseUrl: z.string(),
  api: z.enum(modelApis),
  /** Variable that holds the key; absent for servers that ask for none. */
  keyVariable: z.string().optional(),
  /** Where the key lies in a vault, instead of a variable: `<vault>/<item>`, or `<vault>/<item>/<field>`. */
  keyReference: z.string().optional(),
  headers: z.record(z.string(), headerValueSchema),
  ...modelSettingsShape,
  /** What differs for single models of this server. */
  models: z.record(z.string(), modelSettingsSchema),
});
export type ServerSettings = z.infer<typeof serverSettingsSchema>;

export const modelsSettingsSchema = z.object({
  servers: z.array(serverSettingsSchema).min(1),
  /** Asked where an agent names none, as `model:` of an agent names one. */
  defaultModel: z.string(),
  /** Name of the server that a model without one belongs to. */
  defaultServer: z.string(),
  /** Holds where server and model say nothing. */
  general: modelSettingsSchema,
});
export type ModelsSettings = z.infer<typeof modelsSettingsSchema>;
