/**
 * Sends one message after the other, and each until it is answered, under the same key. One in five is sent again after
 * its answer, as if that had got lost.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { errorCatalogue, isPerdureError } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { Sent } from './facts.ts';

export interface SenderOptions {
  readonly name: string;
  readonly client: Client;
  readonly channelIds: readonly string[];
  /** No new ones. */
  readonly over: AbortSignal;
  /** Gives up also what is not answered. */
  readonly signal: AbortSignal;
}

/** Of one principal; 20 a second are allowed. */
const pauseMs = 60;
const retryMs = 50;
const patienceMs = 5_000;

export async function sendUntilOver(options: SenderOptions, note: (sent: Sent) => void): Promise<void> {
  const { name, channelIds, over, signal } = options;
  for (let n = 0; !over.aborted && !signal.aborted; n += 1) {
    const channelId = channelIds[n % channelIds.length] ?? '';
    const key = `${name}-${n}`;
    const times = n % 5 === 0 ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      const sent = await sendUntilAnswered(options, { channelId, key });
      if (sent !== undefined) note(sent);
    }
    await delay(pauseMs);
  }
}

async function sendUntilAnswered(
  { client, signal }: SenderOptions,
  { channelId, key }: { readonly channelId: string; readonly key: string },
): Promise<Sent | undefined> {
  for (let attempts = 1; !signal.aborted; attempts += 1) {
    try {
      const body = { content: `This is ${key}.`, clientGeneratedId: key };
      const { data } = await client.sendMessage(
        { params: { channelId }, body },
        { signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) },
      );
      return { channelId, key, messageId: data.id, seq: data.seq, attempts };
    } catch (error) {
      // A refusal would be one for ever: it is a fault of the server, or of this client.
      if (isPerdureError(error) && !errorCatalogue[error.code].retryable) throw error;
      await delay(retryMs);
    }
  }
  return undefined;
}
