/** `perdure assignments`: tasks of the hub, as whoever speaks sees them. */

import { randomUUID } from 'node:crypto';
import { compact, PerdureError, type HubActivityType, type HubTask, type HubTaskStatus } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { givenText, readGiven } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { allIfOwner, findPrincipal } from '../client/find-principal.ts';
import { checkedPrefix, onlyOne } from '../client/id-prefix.ts';
import { printable } from '../text/format.ts';
import { assignmentList, assignmentText } from './view-assignments.ts';

export interface ListAssignmentsOptions extends CommonOptions {
  readonly status?: HubTaskStatus;
  readonly assignee?: string;
  readonly mine?: boolean;
}

export async function listAssignments(rim: Rim, options: ListAssignmentsOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { status, assignee, mine } = options;
  if (mine === true && assignee !== undefined) {
    throw new PerdureError('usage', '--mine and --assignee say two things about one; give one of them.');
  }
  const assigneeId = assignee === undefined ? undefined : (await findPrincipal(client, assignee)).id;
  const all = await allIfOwner(client);
  const filter = { all, ...compact({ status, assignee: mine === true ? 'me' : assigneeId }) };
  const tasks = await allPages((query) => client.listHubTasks({ query: { ...query, ...filter } }));
  printData(rim, options, tasks, (columns) => assignmentList(tasks, columns));
  return 0;
}

export interface ShowAssignmentOptions extends CommonOptions {
  readonly secrets?: boolean;
}

/** Secrets are shown where they are asked for, and nowhere by the way. */
export async function showAssignment(rim: Rim, given: string, options: ShowAssignmentOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: taskId } = await findAssignment(client, given);
  const notes = options.secrets === true ? 'full' : 'reference';
  const { data: task } = await client.getHubTask({ params: { taskId }, query: { notes } });
  const activity = await allPages((query) => client.listHubTaskActivity({ params: { taskId }, query }));
  printData(rim, options, { ...task, activity }, () => assignmentText({ task, activity }));
  return 0;
}

export interface CreateAssignmentOptions extends CommonOptions {
  readonly to?: string;
  readonly notes?: string;
  readonly durable?: string;
}

/** Notes may hold secrets, so they come from a file or from stdin: arguments are read by every account. */
export async function createAssignment(rim: Rim, title: string, options: CreateAssignmentOptions): Promise<number> {
  const { to, notes, durable: durableTaskId } = options;
  if (notes !== undefined && notes !== '-' && !notes.startsWith('@')) {
    throw new PerdureError('usage', '--notes takes @<file>, or - for stdin: an argument can be read by every account.');
  }
  const text = notes === undefined ? undefined : (await readGiven(rim, notes, '--notes')).text;
  const client = connectToHub(rim, options);
  const assigneeId = to === undefined ? undefined : (await findPrincipal(client, to)).id;
  const context = text === undefined ? undefined : { notes: text };
  const body = { title, clientGeneratedId: randomUUID(), ...compact({ assigneeId, context, durableTaskId }) };
  const { data } = await client.createHubTask({ body });
  printData(rim, options, data, () => `Made task ${data.id}${assigneeText(data)}.`);
  if (data.context.secrets !== 'none') say(rim, 'Secrets in its notes lie in a vault of the task until it is closed.');
  return 0;
}

const assigneeText = ({ assignee }: HubTask): string =>
  assignee === undefined ? ', for nobody yet' : ` for ${assignee.handle}`;

export async function setAssignment(
  rim: Rim,
  { given, status }: { readonly given: string; readonly status: HubTaskStatus },
  options: CommonOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: taskId } = await findAssignment(client, given);
  const { data } = await client.changeHubTask({ params: { taskId }, body: { status } });
  printData(rim, options, data, () => `${printable(data.title)} is ${data.status}.`);
  return 0;
}

export interface TellAssignmentOptions extends CommonOptions {
  readonly type: HubActivityType;
}

export async function tellAssignment(
  rim: Rim,
  { given, text }: { readonly given: string; readonly text: string },
  options: TellAssignmentOptions,
): Promise<number> {
  const message = await givenText(rim, text);
  const client = connectToHub(rim, options);
  const { id: taskId } = await findAssignment(client, given);
  const { data } = await client.addHubTaskActivity({ params: { taskId }, body: { type: options.type, message } });
  printData(rim, options, data, () => `Told as number ${data.seq}.`);
  return 0;
}

async function findAssignment(client: Client, given: string): Promise<HubTask> {
  const kind = { noun: 'task', listing: 'perdure assignments list' } as const;
  const prefix = checkedPrefix(given, kind);
  const all = await allIfOwner(client);
  const tasks = await allPages((query) => client.listHubTasks({ query: { ...query, all } }));
  return onlyOne(
    tasks.filter(({ id }) => id.startsWith(prefix)),
    prefix,
    kind,
  );
}
