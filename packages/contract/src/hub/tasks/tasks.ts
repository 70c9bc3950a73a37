/** Tasks of the hub: what somebody is to do for somebody, and what is told of it. */

import { z } from 'zod';
import { shownTaskStates } from '../../tasks/view.ts';
import { timestampSchema } from '../../values/timestamp.ts';
import { handleSchema, principalKinds } from '../principals.ts';
import { line, text } from '../text.ts';
import { hubActivityTypes, hubTaskStatuses } from './task-status.ts';

/** Code points in the notes of a task. */
export const maxNotesLength = 50_000;

const id = z.string().min(1).max(100);
const status = z.enum(hubTaskStatuses);

const personSchema = z.object({
  id: z.string(),
  kind: z.enum(principalKinds),
  handle: handleSchema,
  displayName: z.string(),
});

/**
 * What became of the secrets in the notes of a task. `referenced`: a reference stands in the place of each. `given`:
 * they are in this answer. `removed`: the task was closed, and its references lead to nothing any more.
 */
export const noteSecretStates = ['none', 'referenced', 'given', 'removed'] as const;

/** A durable task that a task of the hub is carried out by. `missing`: it is in this database no more. */
export const durableOfTaskSchema = z.object({
  taskId: z.string(),
  state: z.enum([...shownTaskStates, 'missing']),
  /** One line with how far it is; empty where it is archived or missing. */
  statusLine: z.string(),
});

export const hubTaskSchema = z.object({
  id: z.string(),
  title: z.string(),
  status,
  createdBy: z.string(),
  /** The same, under the name by which provisioners ask for it. */
  provisionedBy: z.string(),
  creator: personSchema,
  /** Absent: nobody has it. */
  assigneeId: z.string().optional(),
  assignee: personSchema.optional(),
  context: z.object({
    /** Text, and for many clients JSON in it; empty where there are none. */
    notes: z.string(),
    secrets: z.enum(noteSecretStates),
  }),
  durableTaskId: z.string().optional(),
  durable: durableOfTaskSchema.optional(),
  /** How much was told of it. */
  activityCount: z.int().min(0),
  clientGeneratedId: z.string().optional(),
  createdAt: timestampSchema,
  updatedAt: timestampSchema,
  /** When it was done or cancelled; absent while it is open. */
  closedAt: timestampSchema.optional(),
});
export type HubTask = z.infer<typeof hubTaskSchema>;

const title = line(300, 'a title');
const contextSchema = z.object({ notes: text(maxNotesLength, 'notes').nullish() });

export const newHubTaskSchema = z.object({
  title,
  assigneeId: id.nullish(),
  context: contextSchema.nullish(),
  status: status.nullish(),
  /** For the owner: the id of a task of `perdure task`. */
  durableTaskId: id.nullish(),
  /** The same one again answers the first task, and makes no second. */
  clientGeneratedId: z.string().min(1).max(200).nullish(),
});

/** What is left out stays; null takes away. */
export const changedHubTaskSchema = z
  .object({
    status: status.optional(),
    title: title.optional(),
    assigneeId: id.nullable().optional(),
    context: contextSchema.optional(),
    durableTaskId: id.nullable().optional(),
  })
  .refine(
    (change) => Object.values(change).some((value) => value !== undefined),
    'nothing is to be changed: send status, title, assigneeId, context or durableTaskId',
  );

/** An entry of what was told; none is ever changed. */
export const hubActivitySchema = z.object({
  id: z.string(),
  taskId: z.string(),
  /** From 1 in each task, without gaps. */
  seq: z.int().min(1),
  type: z.enum(hubActivityTypes),
  message: z.string(),
  authorId: z.string(),
  author: personSchema,
  /** Of a change of the status that was made with it. */
  from: status.optional(),
  to: status.optional(),
  createdAt: timestampSchema,
});
export type HubActivity = z.infer<typeof hubActivitySchema>;

/** Code points in what is told at once. */
export const maxActivityLength = 10_000;

export const newHubActivitySchema = z.object({
  type: z.enum(hubActivityTypes),
  message: text(maxActivityLength, 'a message').refine((value) => value.trim() !== '', 'a message must not be blank'),
});

/** A task of the hub, as it is shown beside the durable task that carries it out. */
export const hubTaskRefSchema = hubTaskSchema
  .pick({ id: true, title: true, status: true })
  .extend({ createdBy: handleSchema, assignee: handleSchema.optional() });
export type HubTaskRef = z.infer<typeof hubTaskRefSchema>;
