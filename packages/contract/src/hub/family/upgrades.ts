/** Bringing the gateways of a family to another release of OpenClaw: what would be done, and how it stands. */

import { z } from 'zod';
import { handleSchema } from '../principals.ts';
import { line } from '../text.ts';

const name = line(100, 'a name');

export const upgradeWishSchema = z.object({
  /** Handles or ids; default: all of the family that are on this host. */
  members: z.array(name).min(1).max(1_000).nullish(),
  /** Handle or id of who is moved first; default: one that runs, does not lead, and has the fewest tasks. */
  canary: name.nullish(),
  /** An absolute path on this host, which the owner alone may name; default: the one on the PATH of the server. */
  openclaw: line(1_000, 'a path').nullish(),
});

export const upgradeOrderSchema = upgradeWishSchema.extend({
  /** Of the plan that was agreed to: refused where it would be another one by now. */
  planHash: line(64, 'a hash').nullish(),
});

const plannedSchema = z.object({
  principalId: z.string(),
  handle: handleSchema,
  /** Release that it was made for. */
  from: z.string(),
  /** `unseen`: it is to be down, so it is moved, and nobody sees how it is then. */
  role: z.enum(['canary', 'next', 'unseen']),
});

export const upgradePlanSchema = z.object({
  familyId: z.string(),
  /** The release that they get. */
  version: z.string(),
  entry: z.string(),
  /** In this order; none: there is nothing to do. */
  members: z.array(plannedSchema),
  left: z.array(z.object({ handle: handleSchema, why: z.string() })),
  /** Sentences: what is to be known before. */
  warnings: z.array(z.string()),
  disk: z.object({ neededBytes: z.number(), freeBytes: z.number() }),
  hash: z.string(),
});
export type FamilyUpgradePlan = z.infer<typeof upgradePlanSchema>;

export const orderedUpgradeSchema = upgradePlanSchema.extend({
  /** Absent where there is nothing to do. */
  runId: z.string().optional(),
});
export type OrderedFamilyUpgrade = z.infer<typeof orderedUpgradeSchema>;

export const familyUpgradeSchema = z.object({
  /** That of its run. */
  id: z.string(),
  familyId: z.string(),
  version: z.string(),
  /** Of the run. */
  status: z.string(),
  isOver: z.boolean(),
  /** `put_back`: it failed, and is as it was. `untouched`: it did not come to it. */
  members: z.array(
    plannedSchema.extend({
      state: z.enum(['waiting', 'changing', 'upgraded', 'put_back', 'untouched']),
      /** The step that is at work on it. */
      step: z.string().optional(),
      problem: z.string().optional(),
      /** Of one that was put back: what its gateway printed last with the new release, newest last. */
      lastLines: z.array(z.string()).optional(),
    }),
  ),
  /** Why it did not come to its end. */
  problem: z.string().optional(),
});
export type FamilyUpgrade = z.infer<typeof familyUpgradeSchema>;
