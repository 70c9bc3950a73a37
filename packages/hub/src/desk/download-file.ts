/** The bytes of a file, to whoever has a link of it. */

import { PerdureError } from '@perdure/contract';
import type { LinkTarget } from '../core/drive/ports.ts';
import type { RegisteredFile } from '../core/drive/records.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import type { DriveDeps } from './drive-deps.ts';

export interface DownloadRequest extends LinkTarget {
  readonly expires: string;
  readonly signature: string | undefined;
}

export interface Download {
  readonly kind: 'download';
  readonly file: Pick<RegisteredFile, 'fileName' | 'contentType' | 'size' | 'sha256'>;
  /** From byte `from` up to `end`, which is left out. */
  readonly read: (part: { readonly from: number; readonly end: number }) => AsyncIterable<Uint8Array>;
}

const noSuchLink = refuse(
  'not_found',
  'This link has ended, or there was none such; read the message or the file again for one that is fresh.',
);

/** @throws PerdureError `storage_corrupt` where the bytes are not those that were taken */
export async function downloadFile(
  { drive, bytes, links, clock }: Pick<DriveDeps, 'drive' | 'bytes' | 'links' | 'clock'>,
  { expires, signature, ...target }: DownloadRequest,
): Promise<Download | Refusal> {
  if (!links.isDownload(target, { expires, signature })) return noSuchLink;
  if (Number(expires) * 1_000 <= clock()) return noSuchLink;
  const file = await drive.linked(target);
  if (file === undefined) return noSuchLink;
  const { blob, size } = file;
  if ((await bytes.sizeOf(blob)) !== size) {
    throw new PerdureError(
      'storage_corrupt',
      `The bytes of file ${file.id} are gone or damaged: put the folder drive of the state root back from a backup.`,
    );
  }
  return { kind: 'download', file, read: (part) => bytes.read(blob, part) };
}
