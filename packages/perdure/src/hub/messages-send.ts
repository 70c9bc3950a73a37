/** `perdure messages send`: says something; on disk when the command ends. */

import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { compact, PerdureError } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { givenText } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { upload } from './drive-put.ts';
import { findChannel } from './find.ts';

export interface SendMessageOptions extends CommonOptions {
  readonly reply?: number;
  readonly attach?: readonly string[];
}

export async function sendMessage(
  rim: Rim,
  { channel, text }: { readonly channel: string; readonly text: string | undefined },
  options: SendMessageOptions,
): Promise<number> {
  const { reply, attach = [] } = options;
  const content = text === undefined ? '' : await givenText(rim, text);
  if (content.trim() === '' && attach.length === 0)
    throw new PerdureError('usage', 'There is nothing to send: the text is blank.');
  const client = connectToHub(rim, options);
  const { id: channelId, name } = await findChannel(client, channel);
  const threadRootId = reply === undefined ? undefined : await idOf(client, channelId, reply);
  const attachmentIds: string[] = [];
  for (const file of attach) attachmentIds.push((await upload(client, resolve(rim.cwd, file))).id);
  const body = { content, attachmentIds, clientGeneratedId: randomUUID(), ...compact({ threadRootId }) };
  const { data } = await client.sendMessage({ params: { channelId }, body });
  printData(rim, options, data, () => `Sent to ${printable(name)} as number ${data.seq}${withFiles(attach.length)}.`);
  return 0;
}

function withFiles(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ', with a file' : `, with ${count} files`;
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
