/** `perdure drive list`: the files that one has put up. */

import type { SpeakerOptions } from '../cli/options.ts';
import { printPage } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { fileList } from './view.ts';

export interface ListFilesOptions extends SpeakerOptions {
  readonly all?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export async function listFiles(rim: Rim, { all, limit, cursor, ...options }: ListFilesOptions): Promise<number> {
  const query = { limit, ...(all === true && { all: 'true' as const }), ...(cursor !== undefined && { cursor }) };
  const page = await connectToHub(rim, options).listFiles({ query });
  printPage(rim, options, page, (columns) => fileList(page.data, columns));
  return 0;
}
