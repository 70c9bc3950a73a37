/** What an agent asks when it wakes: who it is, where it is, and what it has missed. */

import { z } from 'zod';
import { channelSchema } from './channels.ts';
import { memberStatuses } from './family/member-status.ts';
import { handleSchema, principalKinds } from './principals.ts';
import { hubTaskSchema } from './tasks/tasks.ts';

const identity = {
  agent: z.object({ id: z.string(), handle: handleSchema, displayName: z.string(), kind: z.enum(principalKinds) }),
  workspaceId: z.string(),
  workspace: z.object({ id: z.string() }),
  /** Those it leads or is in, by name. */
  families: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      isLead: z.boolean(),
      /** Absent: it leads it, and is not in it. */
      status: z.enum(memberStatuses).optional(),
    }),
  ),
};

export const wakeSchema = z.object({
  ...identity,
  /** The newest thousand, newest first. */
  channels: z.array(channelSchema.extend({ unread: z.int().min(0) })),
  /** In all of these. */
  unread: z.int().min(0),
  /** Open ones that it has to do, newest first, a hundred at most; their notes are read one by one. */
  tasks: z.array(hubTaskSchema.pick({ id: true, title: true, status: true, updatedAt: true })),
});
export type Wake = z.infer<typeof wakeSchema>;

export const manifestSchema = z.object({
  ...identity,
  /** The newest thousand, newest first. */
  channels: z.array(channelSchema),
  /** Nothing is registered here. */
  capabilities: z.array(z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;
