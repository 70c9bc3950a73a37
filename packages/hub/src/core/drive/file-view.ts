/** A file as it is shown. */

import { compact, type DriveFile } from '@perdure/contract';
import { isoTime } from '../view.ts';
import { s3KeyOf } from './file-name.ts';
import type { Links } from './ports.ts';
import type { SeenFile } from './records.ts';

export function fileView(
  { file, messageId }: SeenFile,
  { links, now }: { readonly links: Pick<Links, 'download'>; readonly now: number },
): DriveFile {
  const { id, fileName, contentType, size, sha256, ownerId, channelId, registeredAt } = file;
  return {
    id,
    fileId: id,
    s3Key: s3KeyOf(id),
    fileName,
    contentType,
    size,
    sha256,
    ownerId,
    createdAt: isoTime(registeredAt),
    downloadUrl: links.download({ fileId: id, messageId }, now),
    ...compact({ channelId }),
  };
}
