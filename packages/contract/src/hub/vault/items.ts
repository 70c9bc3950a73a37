/** What lies in a vault: items of fields. What a field holds is told by a lease that is used, and by nothing else. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { line, text } from '../text.ts';

export const fieldTypes = ['secret', 'text', 'url', 'email', 'pem'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** Code points in a field. */
export const maxFieldLength = 20_000;
const maxFields = 50;

const key = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/,
    'a field has a key of at most 64 letters, digits, dots, dashes and underscores',
  );
const itemType = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,39}$/, 'a type is at most 40 lower-case letters, digits, dashes and underscores');

export const maskedFieldSchema = z.object({
  key: z.string(),
  type: z.enum(fieldTypes),
  /** Dots, and of a long value its last four characters, to know it again by. */
  hint: z.string(),
});
export type MaskedField = z.infer<typeof maskedFieldSchema>;

export const vaultItemSchema = z.object({
  id: z.string(),
  vaultId: z.string(),
  name: z.string(),
  type: z.string(),
  /** Whether an admin has to agree before a member is given it. */
  needsApproval: z.boolean(),
  /** From 1; each rotation is one more. */
  version: z.number().int(),
  fieldKeys: z.array(z.string()),
  fields: z.array(maskedFieldSchema),
  createdBy: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type VaultItem = z.infer<typeof vaultItemSchema>;

/** What is answered to whoever may write into a vault and not look into it. */
export const droppedItemSchema = z.object({ id: z.string(), vaultId: z.string(), name: z.string() });

const fieldsSchema = z
  .array(
    z.object({
      key,
      type: z.enum(fieldTypes).default('secret'),
      value: text(maxFieldLength, 'a value').min(1, 'a value must not be empty'),
    }),
  )
  .min(1, 'an item has at least one field')
  .max(maxFields, `an item has at most ${maxFields} fields`)
  .refine((fields) => new Set(fields.map((field) => field.key)).size === fields.length, 'two fields have the same key');

export const newVaultItemSchema = z.object({
  name: line(100, 'a name'),
  type: itemType.default('login'),
  needsApproval: z.boolean().default(false),
  fields: fieldsSchema,
});

export const rotatedVaultItemSchema = z.object({ fields: fieldsSchema });
