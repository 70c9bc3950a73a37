/** Who somebody is, where they are and what they have missed. Nothing is marked as read. */

import {
  hubTaskStatuses,
  isHubTaskOpen,
  type Channel,
  type Manifest,
  type Principal,
  type Wake,
} from '@perdure/contract';
import { hubTaskView } from '../core/tasks/view.ts';
import { channelView } from '../core/view.ts';
import type { HubDeps } from './deps.ts';
import type { HubTaskDeps } from './tasks.ts';

/** Whoever is in more asks for the list of them. */
const mostChannels = 1_000;

/** Whoever has more to do asks for the list of it. */
const mostTasks = 100;

type WakeDeps = Pick<HubDeps, 'store'>;

async function identityOf({ store }: WakeDeps, by: Principal) {
  const { id, handle, displayName, kind, workspaceId } = by;
  const families = (await store.families.of(id)).map((family) => ({ ...family }));
  return { agent: { id, handle, displayName, kind }, workspaceId, workspace: { id: workspaceId }, families };
}

async function channelsOf({ store }: WakeDeps, by: Principal): Promise<Channel[]> {
  const { data } = await store.channels.list(by, { limit: mostChannels, isAll: false });
  return data.map(channelView);
}

async function tasksOf({ tasks }: Pick<HubTaskDeps, 'tasks'>, by: Principal): Promise<Wake['tasks']> {
  const open = await Promise.all(
    hubTaskStatuses
      .filter(isHubTaskOpen)
      .map((status) => tasks.list(by, { assigneeId: by.id, status, isAll: false, limit: mostTasks })),
  );
  return open
    .flatMap(({ data }) => data.map((stored) => hubTaskView(stored)))
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, mostTasks)
    .map(({ id, title, status, updatedAt }) => ({ id, title, status, updatedAt }));
}

export async function wake(deps: WakeDeps & Pick<HubTaskDeps, 'tasks'>, by: Principal): Promise<Wake> {
  const channels = (await channelsOf(deps, by)).map((channel) => {
    return { ...channel, unread: channel.lastSeq - (channel.readSeq ?? 0) };
  });
  const unread = channels.reduce((sum, channel) => sum + channel.unread, 0);
  return { ...(await identityOf(deps, by)), channels, unread, tasks: await tasksOf(deps, by) };
}

export async function manifest(deps: WakeDeps, by: Principal): Promise<Manifest> {
  return { ...(await identityOf(deps, by)), channels: await channelsOf(deps, by), capabilities: [] };
}
