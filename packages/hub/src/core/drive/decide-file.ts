/** A file of the drive, from its reservation on: each step by `driveMoves`. */

import { compact, maxFileBytes, type Principal } from '@perdure/contract';
import { refusalOf } from '../decide-channel.ts';
import { may } from '../may.ts';
import type { Standing } from '../records.ts';
import { refuse, type Refusal } from '../refusal.ts';
import { bytesOfNoType, plainFileName, s3KeyOf } from './file-name.ts';
import type { FileRecord, RegisteredFile, ReservedFile, SeenFile, UploadedFile } from './records.ts';
import { canMove, unfinishedMs } from './states.ts';

export interface ReserveFile {
  readonly id: string;
  readonly fileName: string;
  readonly contentType: string | undefined;
  readonly size: number;
  readonly now: number;
}

export type ReserveDecision = { readonly kind: 'reserve'; readonly file: ReservedFile } | Refusal;

export function decideReserve(
  actor: Principal,
  { id, fileName, contentType = '', size, now }: ReserveFile,
): ReserveDecision {
  if (!may(actor, 'drive.put')) return refuse('forbidden', 'You may not put up files; ask the owner.');
  if (size > maxFileBytes) {
    return refuse('too_large', `A file has at most ${maxFileBytes} bytes, and this one ${size}; send it in parts.`, {
      maxBytes: maxFileBytes,
    });
  }
  const file: ReservedFile = {
    id,
    state: 'reserved',
    ownerId: actor.id,
    fileName: plainFileName(fileName),
    contentType: contentType === '' ? bytesOfNoType : contentType,
    size,
    reservedAt: now,
    expiresAt: now + unfinishedMs,
  };
  return { kind: 'reserve', file };
}

/** As many bytes as were said, or none of them are taken (D1). */
export interface UploadFile {
  readonly fileId: string;
  readonly size: number;
  readonly sha256: string;
  readonly blob: string;
  readonly now: number;
}

export const noSuchUpload = refuse(
  'not_found',
  'This upload URL has ended, or there was none such; ask for one with `POST /api/v1/drive/files/upload-url`.',
);

/**
 * What keeps bytes from being taken (D3); undefined: nothing. `size`: how many there are, where that is known before
 * they have come.
 */
export function uploadRefusal(
  file: FileRecord | undefined,
  { size, now }: { readonly size: number | undefined; readonly now: number },
): Refusal | undefined {
  if (file === undefined) return noSuchUpload;
  if (!canMove(file.state, 'uploaded')) {
    return refuse('conflict', 'This upload URL was used, and takes nothing more; ask for another one.');
  }
  if (file.state === 'reserved' && file.expiresAt <= now) return noSuchUpload;
  return size === undefined || size === file.size ? undefined : wrongSize(file.size);
}

export function wrongSize(said: number): Refusal {
  return refuse('invalid_input', `The file was said to have ${said} bytes, and others came; send exactly as many.`, {
    field: 'body',
  });
}

export type UploadDecision = { readonly kind: 'upload'; readonly file: UploadedFile } | Refusal;

export function decideUpload(
  { size, sha256, blob, now }: UploadFile,
  { file }: { readonly file: FileRecord | undefined },
): UploadDecision {
  const refusal = uploadRefusal(file, { size, now });
  if (refusal !== undefined) return refusal;
  const uploaded = {
    ...(file as ReservedFile),
    state: 'uploaded',
    blob,
    sha256,
    expiresAt: now + unfinishedMs,
  } as const;
  return { kind: 'upload', file: uploaded };
}

export const noSuchFile = (fileId: string): Refusal =>
  refuse('not_found', `There is no file ${fileId}; \`GET /api/v1/drive/files\` lists those you have put up.`);

export interface RegisterFile {
  readonly fileId: string;
  readonly s3Key: string;
  readonly size: number | undefined;
  readonly channelId: string | undefined;
  readonly now: number;
}

export interface RegisterFacts {
  readonly file: FileRecord | undefined;
  /** To the channel that is named. */
  readonly standing: Standing | undefined;
}

export type RegisterDecision = { readonly kind: 'register' | 'same'; readonly file: RegisteredFile } | Refusal;

export function decideRegister(
  actor: Principal,
  { fileId, s3Key, size, channelId, now }: RegisterFile,
  { file, standing }: RegisterFacts,
): RegisterDecision {
  if (file === undefined || !may(actor, 'file.use', { uploaderId: file.ownerId })) return noSuchFile(fileId);
  if (s3Key !== s3KeyOf(fileId)) {
    return refuse('invalid_input', 'This s3Key is not the one of the file; send what the first step answered.', {
      field: 'body.s3Key',
    });
  }
  if (size !== undefined && size !== file.size) return wrongSize(file.size);
  if (file.state === 'registered') return { kind: 'same', file };
  if (file.expiresAt <= now) return noSuchFile(fileId);
  if (file.state === 'reserved') {
    return refuse('conflict', 'The bytes of this file have not come; put them to its uploadUrl first.');
  }
  const outside = channelId === undefined ? undefined : refusalOf(actor, 'message.send', { standing, channelId });
  if (outside !== undefined) return outside;
  const { expiresAt: _ended, ...kept } = file;
  return { kind: 'register', file: { ...kept, state: 'registered', registeredAt: now, ...compact({ channelId }) } };
}

/** To look at a file, or to delete it. To whom it is not shown it does not exist (H2). */
export function decideOnFile(
  actor: Principal,
  action: 'file.read' | 'file.delete',
  { fileId, seen }: { readonly fileId: string; readonly seen: SeenFile | undefined },
): { readonly kind: 'allowed'; readonly seen: SeenFile } | Refusal {
  if (seen === undefined) return noSuchFile(fileId);
  const subject = { uploaderId: seen.file.ownerId, isMember: seen.messageId !== undefined };
  if (!may(actor, 'file.read', subject)) return noSuchFile(fileId);
  if (may(actor, action, subject)) return { kind: 'allowed', seen };
  return refuse('forbidden', 'Only who put a file up and the owner may delete it; ask one of them.');
}

/** Files that are to be sent: each registered, and of whoever sends it. Undefined: they may be. */
export function attachRefusal(
  actor: Principal,
  fileIds: readonly string[],
  files: readonly FileRecord[],
): Refusal | undefined {
  const usable = new Set(
    files
      .filter(({ state, ownerId }) => state === 'registered' && may(actor, 'file.use', { uploaderId: ownerId }))
      .map(({ id }) => id),
  );
  const odd = fileIds.find((id) => !usable.has(id));
  if (odd === undefined) return undefined;
  return refuse(
    'invalid_input',
    `You have put up no file ${odd}, or not in all three steps, so nothing was sent; check attachmentIds.`,
    { field: 'body.attachmentIds' },
  );
}
