/** `perdure messages list`: what was said in a channel. */

import { compact } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { findChannel } from './find.ts';
import { messageList } from './view.ts';

export interface ListMessagesOptions extends CommonOptions {
  readonly limit: number;
  readonly before?: number;
}

export async function listMessages(rim: Rim, given: string, options: ListMessagesOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: channelId } = await findChannel(client, given);
  const { limit, before } = options;
  const query = { limit, direction: 'before', ...compact({ cursor: before }) } as const;
  const { data, pagination } = await client.listMessages({ params: { channelId }, query });
  printData(rim, options, data, (columns) => messageList(data, columns));
  if (options.json !== true && pagination.hasMore) say(rim, `More: the same with --before ${pagination.nextCursor}`);
  return 0;
}
