/** Gateways of members: what is recorded of one, how it is, and what may be done to it. */

import { z } from 'zod';
import { timestampSchema } from '../../values/timestamp.ts';
import { handleSchema } from '../principals.ts';
import { line } from '../text.ts';

/** What the host has to keep it running; `dry` only shows. */
export const gatewayServices = ['systemd', 'launchd', 'supervisor', 'dry'] as const;
const service = z.enum(gatewayServices);
/** `its_own`: what ran it when it was adopted. */
const anyService = z.enum([...gatewayServices, 'its_own']);

/** Where the key of its model lies; the key is in none of it. */
const credentialSchema = z.object({
  kind: z.enum(['unneeded', 'vault', 'its_own']),
  /** `vault/item/field`, by ids. */
  reference: z.string().optional(),
});

const processSchema = z.object({
  state: z.enum(['absent', 'stopped', 'running', 'failed']),
  pid: z.int().optional(),
  exitCode: z.int().optional(),
  signal: z.string().optional(),
  /** Since it was started last by somebody. */
  restarts: z.int().optional(),
});

/** The run that is, or was last, at work on it. */
const gatewayRunSchema = z.object({
  id: z.string(),
  status: z.string(),
  isOver: z.boolean(),
  /** Steps that were done, in order. */
  done: z.array(z.string()),
  step: z.string().optional(),
  problem: z.string().optional(),
});

export const familyGatewaySchema = z.object({
  familyId: z.string(),
  principalId: z.string(),
  handle: handleSchema,
  host: z.string(),
  home: z.string(),
  port: z.int(),
  service: anyService,
  /** As the service manager knows it. */
  serviceName: z.string().optional(),
  /** Whether it is to run. */
  wanted: z.enum(['up', 'down']),
  /** `failed`: all was taken back. `removed`: what is left is the archive. */
  status: z.enum(['provisioning', 'ready', 'changing', 'failed', 'removing', 'removed']),
  process: processSchema,
  /** As it answers on its port. */
  readiness: z.enum(['ready', 'not_ready', 'starting', 'draining', 'away', 'stranger']),
  /** What goes on behind an answer. */
  work: z.enum(['starting', 'stopping', 'restarting']).optional(),
  run: gatewayRunSchema.optional(),
  /** Of OpenClaw, for which it was made. */
  version: z.string(),
  /** What lies in its place by now, where that is another one; `none`: nothing does. */
  installed: z.string().optional(),
  model: z.string(),
  credential: credentialSchema,
  taskId: z.string().optional(),
  vaultId: z.string().optional(),
  planHash: z.string().optional(),
  /** The archive that its home was made of. */
  restoredFrom: z.string().optional(),
  /** It had to take a turn with its model. */
  smoke: z.boolean().optional(),
  /** What is, or was last, changed of it. */
  change: z
    .object({ kind: z.enum(['program', 'settings', 'mend']), findings: z.array(z.string()).optional() })
    .optional(),
  /** Where what was taken away lies, or what was there before a change. */
  archive: z.string().optional(),
  /** Where the copy lies that was asked for. */
  backup: z.string().optional(),
  /** A sentence: why it failed, or what is left to do by hand. */
  problem: z.string().optional(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
});
export type FamilyGateway = z.infer<typeof familyGatewaySchema>;

export const gatewayOrders = [
  'provision',
  'start',
  'stop',
  'restart',
  'repair',
  'change',
  'refresh',
  'upgrade',
  'deprovision',
  'restore',
  'backup',
  'mend',
] as const;
export type GatewayOrder = (typeof gatewayOrders)[number];

/** What a gateway is made of, where one is asked for. */
export const gatewayWish = {
  /** `provider/model`. */
  model: line(200, 'a model').nullish(),
  gatewayPort: z.int().min(1).max(65_535).nullish(),
  ocHomeDir: line(1_000, 'a folder').nullish(),
  service: service.nullish(),
  /** `vault/item/field`, or `unneeded`; default: what it had before, or what its family shares. */
  credential: line(400, 'a reference').nullish(),
  /** A secret: it goes into the vault of the member. */
  llmApiKey: line(1_000, 'a key').nullish(),
  /** It is online once it has taken a turn with its model, which is paid for as any; default: as before, else not. */
  smoke: z.boolean().nullish(),
  /** Of the plan that was agreed to: refused where it would be another one by now. */
  planHash: line(64, 'a hash').nullish(),
};

export const gatewayOrderSchema = z.object({
  ...gatewayWish,
  /** The task of the hub by which it is asked for. */
  taskId: z.string().min(1).max(100).nullish(),
  /** To restore: an archive of its host, by name or path; default: the last one of this agent. */
  archive: line(1_000, 'an archive').nullish(),
  /** To repair: settings are replaced whole, whatever people have added to them. */
  fresh: z.boolean().nullish(),
  /** To mend: which findings, by their codes; default: all that can be. */
  findings: z.array(line(50, 'a finding')).max(50).nullish(),
  /** To stop or restart without waiting for what it does. */
  now: z.boolean().nullish(),
});

/** What is wrong with a gateway that was set up by hand, and what would be done about it. */
export const gatewayFindingsSchema = z.object({
  findings: z.array(
    z.object({
      code: z.string(),
      /** `stops`: it keeps it from running. */
      weight: z.enum(['stops', 'risk', 'note']),
      found: z.string(),
      /** Sentences: what is there when it is mended. */
      does: z.array(z.string()),
      /** What is mended with it. */
      needs: z.array(z.string()),
      /** Why it is not mended, and what a person may do. */
      cannot: z.string().optional(),
    }),
  ),
  /** Of this plan: with it the order is refused where something has changed. */
  planHash: z.string(),
});
export type GatewayFindings = z.infer<typeof gatewayFindingsSchema>;

/** A gateway that is there already: a member of the family from now on, and not touched. */
export const adoptedGatewaySchema = z.object({
  /** Its handle as `family adopt --scan` tells it, or its home: an absolute path. */
  gateway: line(1_000, 'a handle or a folder'),
  /** The handle that it is to have; default: as its home says. */
  handle: handleSchema.nullish(),
});
/** What differs in a home from what it is to be, and what a repair makes of it. */
export const gatewayRepairSchema = z.object({
  differences: z.array(
    z.object({
      /** A file or folder in the home, or a place in its settings. */
      at: z.string(),
      found: z.string(),
      becomes: z.string(),
    }),
  ),
  /** What OpenClaw does not take, though nothing of ours differs: only settings that are replaced whole mend it. */
  problems: z.array(z.string()),
  /** Of the plan, for `planHash` of the order. */
  hash: z.string(),
});
export type GatewayRepair = z.infer<typeof gatewayRepairSchema>;

export const gatewayLogsSchema = z.object({ lines: z.array(z.string()) });
