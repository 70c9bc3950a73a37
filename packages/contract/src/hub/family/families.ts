/** Families: agents that one of them, the lead, cares for. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { handleSchema } from '../principals.ts';
import { line, text } from '../text.ts';

const id = z.string().min(1).max(100);

/** Where the members of a family run. */
export const familyHostSchema = z.object({
  name: line(200, 'a name of a host'),
  os: z.enum(['darwin', 'linux']),
  arch: line(50, 'an architecture'),
});
export type FamilyHost = z.infer<typeof familyHostSchema>;

const resourceName = line(100, 'a name of a resource');
const resourceValue = text(4_000, 'a resource');

/** Something that all members may use. No secret: those lie in a vault. */
export const familyResourceSchema = z.object({ name: resourceName, value: resourceValue });
export type FamilyResource = z.infer<typeof familyResourceSchema>;

/** Resources of a family. */
export const maxResources = 100;

export const familySchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Who cares for it; absent: nobody but the owner. */
  lead: z.object({ id: z.string(), handle: handleSchema, displayName: z.string() }).optional(),
  host: familyHostSchema.optional(),
  /** By name. */
  resources: z.array(familyResourceSchema),
  /** How its members do things, in words. */
  conventions: z.string(),
  createdBy: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type Family = z.infer<typeof familySchema>;

const name = line(100, 'a name');
const conventions = text(10_000, 'conventions');

export const newFamilySchema = z.object({
  name,
  leadId: id.nullish(),
  host: familyHostSchema.nullish(),
  resources: z.array(familyResourceSchema).max(maxResources).nullish(),
  conventions: conventions.nullish(),
});

export const changedFamilySchema = z.object({
  name: name.nullish(),
  /** Null: it has none from then on. */
  leadId: id.nullable().optional(),
  host: familyHostSchema.nullish(),
  /** Those that are named are set, and taken out where `value` is null; the others stay. */
  resources: z
    .array(z.object({ name: resourceName, value: resourceValue.nullable() }))
    .max(maxResources)
    .nullish(),
  conventions: conventions.nullish(),
});
