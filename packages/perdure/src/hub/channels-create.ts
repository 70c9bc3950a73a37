/** `perdure channels create` and `dm`: a new channel; a dm that is there already is the one. */

import { PerdureError, type Channel, type ChannelKind } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { homeFlagOf } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { printable, shellWord } from '../text/format.ts';

export interface CreateChannelOptions extends CommonOptions {
  readonly kind: Exclude<ChannelKind, 'dm'>;
  readonly member?: readonly string[];
}

export async function createChannel(rim: Rim, name: string, options: CreateChannelOptions): Promise<number> {
  const { kind, member = [] } = options;
  if (name.trim() === '') throw new PerdureError('usage', 'A channel needs a name that is not blank.');
  return await make(rim, options, { kind, name, handles: member });
}

export async function openDirect(rim: Rim, handle: string, options: CommonOptions): Promise<number> {
  return await make(rim, options, { kind: 'dm', name: undefined, handles: [handle] });
}

interface NewChannel {
  readonly kind: ChannelKind;
  readonly name: string | undefined;
  readonly handles: readonly string[];
}

async function make(rim: Rim, options: CommonOptions, { kind, name, handles }: NewChannel): Promise<number> {
  const client = connectToHub(rim, options);
  const memberIds: string[] = [];
  for (const handle of handles) memberIds.push((await findPrincipal(client, handle)).id);
  const { data } = await client.createChannel({ body: { kind, name, memberIds } });
  printData(rim, options, data, () => told(data, homeFlagOf(rim, options)));
  return 0;
}

/** A dm may share its name with a channel, so it is named by its id. */
function told({ id, kind, name }: Channel, homeFlag: string): string {
  const word = kind === 'dm' ? id : shellWord(printable(name));
  const what = kind === 'dm' ? `The dm with ${printable(name)}` : `The ${kind} ${printable(name)}`;
  return `${what} is ${id}. Say something: perdure messages send${homeFlag} ${word} "…"`;
}
