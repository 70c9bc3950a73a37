/**
 * What a person who watches is told beyond the events: a tool's arguments and outcome, and how to answer what is asked.
 */

import { compact } from '@perdure/contract';
import type { Client, WatchItem } from '@perdure/sdk';
import { answeredWaits, openWaits } from '../waits/find.ts';
import type { EventDetails } from './view-event.ts';

/** Never rejects: without details the line says less. */
export async function detailsOf(client: Client, runId: string, item: WatchItem): Promise<EventDetails> {
  if (item.type !== 'event') return {};
  const { event } = item;
  try {
    switch (event.type) {
      case 'step.started':
        if (event.data.kind === 'human') return await waitDetails(client, runId, event.data.wait);
        return event.data.kind === 'tool' ? await callDetails(client, `${runId}/${event.data.key}`) : {};
      case 'step.retrying':
      case 'step.done':
      case 'step.failed':
        return event.data.kind === 'tool' ? await callDetails(client, `${runId}/${event.data.key}`) : {};
      default:
        return {};
    }
  } catch {
    return {};
  }
}

async function callDetails(client: Client, id: string): Promise<EventDetails> {
  const { data } = await client.getRun({ params: { id } });
  return 'kind' in data && data.kind === 'tool' ? { step: data } : {};
}

async function waitDetails(client: Client, runId: string, id: string): Promise<EventDetails> {
  const open = (await openWaits(client, runId)).find((each) => each.id === id);
  if (open !== undefined) return { wait: open };
  // What is watched from its beginning has been answered long since.
  const answered = (await answeredWaits(client, runId)).find((each) => each.id === id);
  return { isClosed: true, ...compact({ wait: answered }) };
}
