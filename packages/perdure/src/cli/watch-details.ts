/** What a person who watches is told beyond the events: a tool's arguments and outcome, and how to answer what is asked. */

import type { Step } from '@perdure/contract';
import type { Client, WatchItem } from '@perdure/sdk';
import type { EventDetails } from '../render/event-line.ts';
import { openWaits } from './asked.ts';

/** Never rejects: without details the line says less. */
export async function detailsOf(client: Client, runId: string, item: WatchItem): Promise<EventDetails> {
  if (item.type !== 'event' || !item.event.type.startsWith('step.')) return {};
  const { key, kind, wait } = item.event.data;
  try {
    if (kind === 'tool') return await stepDetails(client, `${runId}/${String(key)}`);
    return typeof wait === 'string' ? await waitDetails(client, runId, wait) : {};
  } catch {
    return {};
  }
}

async function stepDetails(client: Client, id: string): Promise<EventDetails> {
  const { data } = await client.getRun({ params: { id } });
  return { step: data as Step };
}

async function waitDetails(client: Client, runId: string, id: string): Promise<EventDetails> {
  const wait = (await openWaits(client, runId)).find((each) => each.id === id);
  return wait === undefined ? {} : { wait };
}
