/** Who is in a family, and how they are. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { handleSchema, principalKinds } from '../principals.ts';
import { line, text } from '../text.ts';
import { familyGatewaySchema, gatewayWish } from './gateways.ts';
import { memberStatuses } from './member-status.ts';

const id = z.string().min(1).max(100);
const status = z.enum(memberStatuses);

/** Characters of the metadata of a member, as JSON. */
const mostMetadata = 16_384;

/** What whoever cares for a member keeps of them; not for secrets, which lie in a vault. */
const metadata = z
  .record(z.string().min(1).max(100), z.unknown())
  .refine((value) => JSON.stringify(value).length <= mostMetadata, `metadata has at most ${mostMetadata} characters`);

export const familyMemberSchema = z.object({
  familyId: z.string(),
  principalId: z.string(),
  kind: z.enum(principalKinds),
  handle: handleSchema,
  displayName: z.string(),
  /** As whoever cares for the family has said. */
  status,
  statusAt: timestampSchema,
  /** Whether it has a socket here, at this moment. */
  isConnected: z.boolean(),
  /** It was there before the family took it in. */
  isAdopted: z.boolean(),
  metadata: z.record(z.string(), z.unknown()),
  gatewayPort: z.int().optional(),
  ocHomeDir: z.string().optional(),
  /** Between the member and whoever made the family. */
  dmChannelId: z.string().optional(),
  /** Of the member, the lead, and whoever made the family. */
  onboardingChannelId: z.string().optional(),
  createdBy: z.string(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type FamilyMember = z.infer<typeof familyMemberSchema>;

export const foundFamilyMemberSchema = familyMemberSchema.extend({
  /** Where the family runs on this host: what is being made. */
  gateway: familyGatewaySchema.optional(),
});
/** With the key of a member that was just made, shown once. */
export const madeFamilyMemberSchema = foundFamilyMemberSchema.extend({ key: z.string().optional() });

const place = {
  gatewayPort: z.int().min(1).max(65_535).nullish(),
  ocHomeDir: line(1_000, 'a folder').nullish(),
  metadata: metadata.nullish(),
};

export const newFamilyMemberSchema = z.object({
  /** Of the agent that is made. */
  handle: handleSchema.nullish(),
  displayName: line(100, 'a display name').nullish(),
  /** Instead of a handle, for the owner: an agent that is there already. */
  principalId: id.nullish(),
  ...place,
  /** Kept with the metadata, as the next three. */
  personalitySeed: text(8_000, 'a personality seed').nullish(),
  llmProvider: line(50, 'a provider').nullish(),
  model: line(200, 'a model').nullish(),
  inheritCredentials: z.boolean().nullish(),
  /**
   * A secret. Where the family runs on this host it goes into the vault of the member; else into the notes of the task
   * of the lead alone, where it is in a vault.
   */
  llmApiKey: line(1_000, 'a key').nullish(),
  /** Where the family runs on this host, and `model` is named: what keeps the gateway running. */
  service: gatewayWish.service,
  /** There too: where the key of its model lies. */
  credential: gatewayWish.credential,
  planHash: gatewayWish.planHash,
  smoke: gatewayWish.smoke,
  /** By which a repeated request is known again. */
  clientGeneratedId: text(200, 'an id').min(1).nullish(),
});

export const changedFamilyMemberSchema = z.object({
  status: status.nullish(),
  ...place,
  /** Those that are named are set, and taken out where they are null; the others stay. */
  metadata: metadata.nullish(),
});
