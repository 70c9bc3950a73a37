/** `perdure drive delete`: takes a file away, and out of the messages that bring it. */

import type { SpeakerOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { findFile } from './find.ts';

export async function deleteFile(rim: Rim, given: string, options: SpeakerOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: fileId } = await findFile(client, given);
  const { data } = await client.deleteFile({ params: { fileId } });
  printData(rim, options, data, () => `${printable(data.fileName)} is gone, and its links with it.`);
  return 0;
}
