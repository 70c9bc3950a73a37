/** `perdure messages send`: says something; on disk when the command ends. */

import { randomUUID } from 'node:crypto';
import { compact, PerdureError } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { givenText } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { findChannel } from './find.ts';

export interface SendMessageOptions extends CommonOptions {
  readonly reply?: number;
}

export async function sendMessage(
  rim: Rim,
  { channel, text }: { readonly channel: string; readonly text: string },
  options: SendMessageOptions,
): Promise<number> {
  const content = await givenText(rim, text);
  if (content.trim() === '') throw new PerdureError('usage', 'There is nothing to send: the text is blank.');
  const client = connectToHub(rim, options);
  const { id: channelId, name } = await findChannel(client, channel);
  const { reply } = options;
  const threadRootId = reply === undefined ? undefined : await idOf(client, channelId, reply);
  const body = { content, clientGeneratedId: randomUUID(), ...compact({ threadRootId }) };
  const { data } = await client.sendMessage({ params: { channelId }, body });
  printData(rim, options, data, () => `Sent to ${printable(name)} as number ${data.seq}.`);
  return 0;
}

async function idOf(client: Client, channelId: string, seq: number): Promise<string> {
  const query = { limit: 1, direction: 'after', cursor: seq - 1 } as const;
  const { data } = await client.listMessages({ params: { channelId }, query });
  if (data[0]?.seq === seq) return data[0].id;
  throw new PerdureError(
    'not_found',
    `There is no message ${seq} in this channel; \`perdure messages list\` numbers them.`,
  );
}
