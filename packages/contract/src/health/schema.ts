/** `GET /health`: open to all, so it tells states and sentences, and neither paths nor keys. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';

export const healthStates = ['ok', 'degraded', 'down'] as const;
export type HealthState = (typeof healthStates)[number];

export const healthPartSchema = z.object({ status: z.enum(healthStates), detail: z.string() });
export type HealthPart = z.infer<typeof healthPartSchema>;

export const healthSchema = z.object({
  status: z.enum(healthStates),
  timestamp: timestampSchema,
  parts: z.object({
    engine: healthPartSchema,
    database: healthPartSchema,
    worker: healthPartSchema,
    model: healthPartSchema,
    /** There while the vaults are sealed. */
    vault: healthPartSchema.optional(),
  }),
});
export type Health = z.infer<typeof healthSchema>;

/** The whole is as bad as its worst part; a model that is down only degrades it, as sealed vaults do. */
export function overallHealth(parts: Health['parts']): HealthState {
  const essential = [parts.engine.status, parts.database.status, parts.worker.status];
  if (essential.includes('down')) return 'down';
  const all = [...essential, parts.model.status, parts.vault?.status ?? 'ok'];
  return all.every((status) => status === 'ok') ? 'ok' : 'degraded';
}
