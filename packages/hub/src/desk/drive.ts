/** Files of the drive: the three steps by which one comes up, and what is done with it then. */

import { compact, type DriveFile, type Principal, type Upload, type Uploaded } from '@perdure/contract';
import { decideReserve, noSuchUpload, uploadRefusal, wrongSize } from '../core/drive/decide-file.ts';
import { s3KeyOf } from '../core/drive/file-name.ts';
import { fileView } from '../core/drive/file-view.ts';
import type { WhichFiles } from '../core/drive/ports.ts';
import type { PageRequest } from '../core/ports.ts';
import { may } from '../core/may.ts';
import { refuse, type Refusal } from '../core/refusal.ts';
import { isoTime } from '../core/view.ts';
import type { PageOutcome } from './deps.ts';
import type { DriveDeps } from './drive-deps.ts';
import { takeSend } from './take-send.ts';

export interface UploadRequest {
  readonly fileName: string;
  readonly contentType: string | undefined;
  readonly size: number;
}

const noRoom = refuse(
  'storage_full',
  'The disk has no room for this file, so that it is not taken; free some space, or send less.',
);

/** The first step. `uploadUrl` is without the address. */
export async function reserveUpload(
  deps: DriveDeps,
  by: Principal,
  request: UploadRequest,
): Promise<{ readonly kind: 'reserved'; readonly upload: Upload } | Refusal> {
  const tooMany = takeSend(deps, by);
  if (tooMany !== undefined) return tooMany;
  const { drive, bytes, links, newId, clock } = deps;
  const made = { ...request, id: newId(), now: clock() };
  const decision = decideReserve(by, made);
  if (decision.kind === 'refused') return decision;
  if (!(await bytes.hasRoom(request.size))) return noRoom;
  const outcome = await drive.reserve(by, made);
  if (outcome.kind === 'refused') return outcome;
  const { id: fileId, expiresAt } = outcome.file;
  const upload = {
    uploadUrl: links.upload(fileId),
    fileId,
    s3Key: s3KeyOf(fileId),
    expiresAt: isoTime(expiresAt),
  };
  return { kind: 'reserved', upload };
}

export interface IncomingBytes {
  readonly fileId: string;
  readonly signature: string | undefined;
  /** How many there will be, as far as it is said. */
  readonly said: number | undefined;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The second step (D1). None of the bytes is looked at where it is refused already. */
export async function takeUpload(
  { drive, bytes, links, clock }: DriveDeps,
  { fileId, signature, said, pieces }: IncomingBytes,
): Promise<{ readonly kind: 'uploaded'; readonly uploaded: Uploaded } | Refusal> {
  if (!links.isUpload(fileId, signature)) return noSuchUpload;
  const file = await drive.find(fileId);
  const refusal = uploadRefusal(file, { size: said, now: clock() });
  if (refusal !== undefined || file === undefined) return refusal ?? noSuchUpload;
  if (!(await bytes.hasRoom(file.size))) return noRoom;
  const written = await bytes.write(pieces, file.size);
  if (written.kind === 'too-many') return wrongSize(file.size);
  const { blob, size, sha256 } = written;
  // Where this fails it may have been written all the same: the bytes stay, until the sweep knows (D2).
  const outcome = await drive.upload({ fileId, blob, size, sha256, now: clock() });
  if (outcome.kind === 'uploaded') return { kind: 'uploaded', uploaded: { fileId, size, sha256 } };
  await bytes.remove(blob);
  return outcome;
}

export interface RegisterRequest {
  readonly fileId: string;
  readonly s3Key: string;
  readonly size: number | undefined;
  readonly channelId: string | undefined;
}

/** The third step. */
export async function registerFile(
  { drive, links, clock }: DriveDeps,
  by: Principal,
  request: RegisterRequest,
): Promise<{ readonly kind: 'registered' | 'same'; readonly file: DriveFile } | Refusal> {
  const now = clock();
  const outcome = await drive.register(by, { ...request, now });
  if (outcome.kind === 'refused') return outcome;
  return { kind: outcome.kind, file: fileView({ file: outcome.file }, { links, now }) };
}

export async function listFiles(
  { drive, links, clock }: DriveDeps,
  by: Principal,
  request: PageRequest & { readonly which: WhichFiles },
): Promise<PageOutcome<DriveFile>> {
  if (request.which === 'all' && !may(by, 'drive.listAll')) {
    return refuse(
      'forbidden',
      'Only the owner lists all files; leave `all` out for those you have put up, or ask with `received` for those you were sent.',
    );
  }
  const { data, next } = await drive.list(by, request);
  const now = clock();
  return { kind: 'page', data: data.map((seen) => fileView(seen, { links, now })), ...compact({ next }) };
}

type FileAnswer = { readonly kind: 'file'; readonly file: DriveFile } | Refusal;

export async function showFile({ drive, links, clock }: DriveDeps, by: Principal, fileId: string): Promise<FileAnswer> {
  const outcome = await drive.get(by, fileId);
  if (outcome.kind === 'refused') return outcome;
  return { kind: 'file', file: fileView(outcome, { links, now: clock() }) };
}

/** Its row goes first: what dies in between leaves bytes that nobody knows, and no file without bytes (D2). */
export async function deleteFile(
  { drive, bytes, links, clock, publish, log }: DriveDeps,
  by: Principal,
  fileId: string,
): Promise<FileAnswer> {
  const outcome = await drive.remove(by, fileId);
  if (outcome.kind === 'refused') return outcome;
  for (const messageId of outcome.messageIds) publish({ kind: 'file-taken', messageId });
  await bytes.remove(outcome.file.blob).catch((error: unknown) => {
    log(`The bytes of a deleted file could not be removed, and are later: ${String(error)}`);
  });
  return { kind: 'file', file: fileView({ file: outcome.file }, { links, now: clock() }) };
}
