/** `perdure drive list`: the files that one has put up, or was sent. */

import { compact, PerdureError } from '@perdure/contract';
import type { SpeakerOptions } from '../cli/options.ts';
import { printPage } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { fileList } from './view.ts';

export interface ListFilesOptions extends SpeakerOptions {
  readonly all?: boolean;
  readonly received?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export async function listFiles(rim: Rim, options: ListFilesOptions): Promise<number> {
  const { all, received, limit, cursor } = options;
  if (all === true && received === true) {
    throw new PerdureError('usage', '--all shows those you were sent as well; give --all or --received.');
  }
  const which = {
    ...(all === true && { all: 'true' as const }),
    ...(received === true && { received: 'true' as const }),
  };
  const query = { limit, ...which, ...compact({ cursor }) };
  const page = await connectToHub(rim, options).listFiles({ query });
  printPage(rim, options, page, (columns) => fileList(page.data, { columns, isReceived: received === true }));
  return 0;
}
