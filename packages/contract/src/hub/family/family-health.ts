/** How the members of a family are, as whoever cares for it has looked, and as the server sees their sockets. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { handleSchema } from '../principals.ts';
import { line } from '../text.ts';

/** Members of one snapshot, and of a family. */
export const maxFamilyMembers = 1_000;

const gateway = z.enum(['up', 'down']);
const id = z.string().min(1).max(100);

/** Named by its principal or by its handle; one that is in the family under neither is passed over. */
const probedSchema = z.object({
  principalId: id.nullish(),
  handle: z.string().max(100).nullish(),
  port: z.int().min(1).max(65_535).nullish(),
  gateway,
  httpStatus: z.int().min(100).max(599).nullish(),
  latencyMs: z.number().min(0).nullish(),
  /** What the gateway says of its own channel. */
  sesame: line(50, 'a state').nullish(),
});

/** A year of four digits, in UTC too: an offset may lead out of them. What is no time at all is refused as that. */
const hasPlainYear = (time: string): boolean => {
  const at = Date.parse(time);
  return Number.isNaN(at) || /^\d{4}-/.test(new Date(at).toISOString());
};

export const newHealthSchema = z.object({
  /** Default: now. */
  takenAt: z.iso.datetime({ offset: true }).refine(hasPlainYear, 'a time between the years 0 and 9999').nullish(),
  host: line(200, 'a host').nullish(),
  members: z.array(probedSchema).max(maxFamilyMembers),
});

export const healthMemberSchema = z.object({
  principalId: z.string(),
  handle: handleSchema,
  gateway,
  /** Whether it had a socket here when the snapshot came: the better sign. */
  socket: z.enum(['connected', 'away']),
  port: z.int().optional(),
  httpStatus: z.int().optional(),
  latencyMs: z.number().optional(),
  sesame: z.string().optional(),
});
export type HealthMember = z.infer<typeof healthMemberSchema>;

export const familyHealthSchema = z.object({
  familyId: z.string(),
  /** From 1 in each family; of old ones only the newest are kept. */
  seq: z.int().min(1),
  takenAt: timestampSchema,
  receivedAt: timestampSchema,
  reportedBy: z.string(),
  host: z.string().optional(),
  members: z.array(healthMemberSchema),
});
export type FamilyHealth = z.infer<typeof familyHealthSchema>;
