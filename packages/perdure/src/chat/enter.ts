/**
 * Where a chat begins: who one is, where it takes place, and what was said before. A server that is away is waited for,
 * as it is when it goes away later.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { isPerdureError, type Channel, type Message, type PerdureError, type Principal } from '@perdure/contract';
import type { Rim } from '../cli/rim.ts';
import type { SpeakerOptions } from '../cli/options.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findTalk } from './whom.ts';

export interface Entered {
  readonly self: Principal;
  readonly channel: Channel;
  /** By id of a principal. */
  readonly handles: ReadonlyMap<string, string>;
  readonly history: readonly Message[];
}

interface Wanted {
  readonly given: string;
  readonly options: SpeakerOptions;
  /** How many messages of before. */
  readonly limit: number;
}

interface Waiting {
  readonly signal: AbortSignal;
  /** Called once, with why it has to be waited. */
  readonly away: (error: PerdureError, againInMs: number) => void;
}

const firstWaitMs = 250;
/** Somebody sits there and has just started the server. */
const longestWaitMs = 2_000;

/** Rejects with what `signal` was aborted with. @throws PerdureError */
export async function enter(rim: Rim, wanted: Wanted, { signal, away }: Waiting): Promise<Entered> {
  let isTold = false;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      return await look(rim, wanted);
    } catch (error) {
      if (!isPerdureError(error, 'unreachable')) throw error;
      if (!isTold) away(error, waitMs);
      isTold = true;
    }
    await delay(waitMs, undefined, { signal });
  }
}

/** With a client made anew: whoever starts it again may do so on another port. */
async function look(rim: Rim, { given, options, limit }: Wanted): Promise<Entered> {
  const client = connectToHub(rim, options);
  const { data: self } = await client.whoAmI();
  const channel = await findTalk(client, given, self);
  const params = { channelId: channel.id };
  const members = await allPages((query) => client.listMembers({ params, query }));
  const history =
    limit === 0 ? [] : (await client.listMessages({ params, query: { limit, direction: 'before' } })).data;
  return { self, channel, handles: new Map(members.map(({ id, handle }) => [id, handle])), history };
}
