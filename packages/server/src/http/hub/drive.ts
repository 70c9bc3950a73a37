/** Files of the drive. Bytes come and go by URLs that need no header; all else is JSON. */

import {
  deleteFile,
  downloadFile,
  listFiles,
  registerFile,
  reserveUpload,
  showFile,
  takeUpload,
  type Download,
  type DriveDeps,
} from '@perdure/hub/desk';
import type { DriveFile } from '@perdure/contract';
import { byteRange } from '../byte-range.ts';
import { attachmentDisposition } from '../content-disposition.ts';
import { pageOf } from '../page.ts';
import type { FileReply, Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type DriveRoute =
  | 'createUpload'
  | 'putUpload'
  | 'registerFile'
  | 'listFiles'
  | 'getFile'
  | 'deleteFile'
  | 'downloadFile';

export function driveHandlers(drive: DriveDeps): Pick<Handlers, DriveRoute> {
  return {
    createUpload: async ({ body: { fileName, contentType, size } }, call) => {
      const request = { fileName, contentType: contentType ?? undefined, size };
      const { upload } = accepted(await reserveUpload(drive, actorOf(call), request));
      return { status: 201, body: { data: { ...upload, uploadUrl: call.base + upload.uploadUrl } } };
    },
    putUpload: async ({ params: { fileId }, query: { signature } }, { incoming }) => {
      const { uploaded } = accepted(await takeUpload(drive, { fileId, signature, ...incoming }));
      return { status: 200, body: { data: uploaded } };
    },
    registerFile: async ({ body: { fileId, s3Key, size, channelId } }, call) => {
      const request = { fileId, s3Key, size: size ?? undefined, channelId: channelId ?? undefined };
      const { kind, file } = accepted(await registerFile(drive, actorOf(call), request));
      return { status: kind === 'registered' ? 201 : 200, body: { data: withLink(file, call.base) } };
    },
    listFiles: async ({ query }, call) => {
      const which = query.all === 'true' ? 'all' : query.received === 'true' ? 'received' : 'own';
      const request = { ...pageOf(query), which } as const;
      const { status, body } = pageReply(await listFiles(drive, actorOf(call), request));
      return { status, body: { ...body, data: body.data.map((file) => withLink(file, call.base)) } };
    },
    getFile: async ({ params: { fileId } }, call) => {
      const { file } = accepted(await showFile(drive, actorOf(call), fileId));
      return { status: 200, body: { data: withLink(file, call.base) } };
    },
    deleteFile: async ({ params: { fileId } }, call) => {
      const { file } = accepted(await deleteFile(drive, actorOf(call), fileId));
      return { status: 200, body: { data: withLink(file, call.base) } };
    },
    downloadFile: async ({ params: { fileId }, query, headers }) => {
      const { message: messageId, expires = '', signature } = query;
      const download = accepted(await downloadFile(drive, { fileId, messageId, expires, signature }));
      return fileReply(download, { range: headers.range, ifRange: headers['if-range'] });
    },
  };
}

function withLink(file: DriveFile, base: string): DriveFile {
  return { ...file, downloadUrl: base + file.downloadUrl };
}

/** Whatever it is, and whatever it calls itself, no browser shows it as a page of ours. */
function fileReply(
  { file: { fileName, contentType, size, sha256 }, read }: Download,
  { range, ifRange }: { readonly range: string | undefined; readonly ifRange: string | undefined },
): FileReply {
  const etag = `"${sha256}"`;
  const part = ifRange === undefined || ifRange === etag ? byteRange(range, size) : undefined;
  const { from, end } = part ?? { from: 0, end: size };
  const headers = {
    'content-type': contentType,
    'content-length': String(end - from),
    'content-disposition': attachmentDisposition(fileName),
    'content-security-policy': "sandbox; default-src 'none'",
    'referrer-policy': 'no-referrer',
    'accept-ranges': 'bytes',
    etag,
    ...(part !== undefined && { 'content-range': `bytes ${from}-${end - 1}/${size}` }),
  };
  return { file: { status: part === undefined ? 200 : 206, headers, pieces: read({ from, end }) } };
}
