/** The record of a run as it is now, without waiting for what may still come. */

import type { RunEvent } from '@perdure/contract';
import { connection } from './connection.ts';
import { unreachable } from './errors.ts';
import type { Transport } from './transport.ts';

export interface ReadOptions {
  readonly runId: string;
  readonly signal: AbortSignal | undefined;
}

/** One connection: where it breaks, the call fails, rather than giving half of the record for all of it. */
export async function readEvents(transport: Transport, url: string, options: ReadOptions): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const item of connection(transport, url, { after: 0, ...options })) {
    if (item === 'complete' || item === 'up to date') return events;
    if (item !== 'alive' && item.type === 'event') events.push(item.event);
  }
  throw unreachable(url, new Error('the stream of events ended too early'));
}
