/** `perdure drive get`: a file of the hub, as a new file of this machine. */

import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { openDraft } from '@perdure/home';
import type { SpeakerOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { refuseExisting } from '../cli/write-new-file.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { findFile } from './find.ts';

export interface GetFileOptions extends SpeakerOptions {
  readonly output?: string;
}

/** It takes its name when it is whole; nothing that is there is written over. */
export async function getFile(rim: Rim, given: string, options: GetFileOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const file = await findFile(client, given);
  // Whatever a name is, it leads into no other folder.
  const target = resolve(rim.cwd, options.output ?? basename(file.fileName));
  refuseExisting(target);
  const bytes = await client.getBytes(file.downloadUrl);
  using draft = openDraft(target);
  const hash = createHash('sha256');
  for await (const piece of bytes) {
    hash.update(piece);
    for (let from = 0; from < piece.length;) from += writeSync(draft.fd, piece, from);
  }
  if (hash.digest('hex') !== file.sha256) {
    throw new PerdureError(
      'storage_corrupt',
      `What came is not the file that was put up, so it was not kept: ask again.`,
    );
  }
  refuseExisting(target);
  draft.takeName();
  const data = { ...file, path: target };
  printData(rim, options, data, () => `${printable(file.fileName)} is at ${printable(target)}.`);
  return 0;
}
