/** The record of sweeps, in a file of the state root. */

import { memberStatuses } from '@perdure/contract';
import { readFileIfAny, replaceFile } from '@perdure/home/files';
import { z } from 'zod';
import { memberHealths } from '../core/health.ts';
import type { HealthPorts, HealthRecord } from './ports.ts';

const health = z.enum(memberHealths);
const recordSchema = z.object({
  sweptAt: z.number(),
  members: z.record(
    z.string(),
    z.object({
      told: health.optional(),
      seen: z.enum([...memberHealths, 'between', 'unknown']),
      since: z.number(),
      looks: z.number(),
    }),
  ),
  untold: z.array(
    z.object({
      principalId: z.string(),
      id: z.string(),
      text: z.string(),
      intent: z.enum(['chat', 'error']),
      status: z.enum(memberStatuses).optional(),
    }),
  ),
});

/** A file that is not ours, or is not whole, is as none: members are then seen for the first time. */
export const healthFile = (path: string): HealthPorts['record'] => ({
  load() {
    const text = readFileIfAny(path);
    try {
      return recordSchema.safeParse(JSON.parse(text ?? '')).data as HealthRecord | undefined;
    } catch {
      return undefined;
    }
  },
  save: (record) => replaceFile(path, JSON.stringify(record)),
});
