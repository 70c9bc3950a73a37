/** `perdure channels list`: where one meets. */

import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { channelList } from './view.ts';

export interface ListChannelsOptions extends CommonOptions {
  readonly all?: boolean;
}

export async function listChannels(rim: Rim, options: ListChannelsOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const all = options.all === true ? 'true' : 'false';
  const channels = await allPages((query) => client.listChannels({ query: { ...query, all } }));
  printData(rim, options, channels, (columns) => channelList(channels, columns));
  return 0;
}
