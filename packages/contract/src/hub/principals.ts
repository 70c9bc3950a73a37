/** Who meets in the hub: people and agents, and the keys by which they are known. */

import { z } from 'zod';
import { timestampSchema } from '../values/timestamp.ts';
import { handlePattern, handleRule } from './handle.ts';
import { line } from './text.ts';

export const principalKinds = ['human', 'agent'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

export const handleSchema = z.string().regex(handlePattern, handleRule);
const displayName = line(100, 'a display name');

export const principalSchema = z.object({
  id: z.string(),
  kind: z.enum(principalKinds),
  handle: handleSchema,
  displayName: z.string(),
  workspaceId: z.string(),
  /** The person whose state root this is; there is one, and the owner's key is theirs. */
  isOwner: z.boolean(),
  createdAt: timestampSchema,
});
export type Principal = z.infer<typeof principalSchema>;

export const newPrincipalSchema = z.object({
  kind: z.enum(principalKinds),
  handle: handleSchema,
  /** Default: the handle. */
  displayName: displayName.optional(),
});

export const changedPrincipalSchema = z.object({ displayName });

/** Begins each key that a principal is given; then come 256 bits. */
export const apiKeyPrefix = 'sk_sesame_';

/** A key without the key: that is shown once, when it is made. */
export const apiKeySchema = z.object({
  id: z.string(),
  principalId: z.string(),
  label: z.string(),
  /** How the key begins, to know it again by. */
  hint: z.string(),
  createdAt: timestampSchema,
  /** To the minute; absent: never used. */
  lastUsedAt: timestampSchema.optional(),
  /** Present once it opens nothing any more. */
  revokedAt: timestampSchema.optional(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const newApiKeySchema = z.object({ label: line(100, 'a label').default('key') });

/** With the key itself. */
export const madeApiKeySchema = apiKeySchema.extend({ key: z.string() });
