/** The drive: three steps by which a file comes up, and links by which it goes down. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import { driveFileSchema, newFileSchema, newUploadSchema, uploadedSchema, uploadSchema } from './files.ts';

const ofFile = z.object({ fileId: z.string().min(1).max(100) });
const signature = z.string().max(200).optional();

/** What may be wrong with the disk or the record; other routes have it from their key. */
const storageErrors = ['internal', 'unavailable', 'storage_full', 'storage_read_only', 'storage_corrupt'] as const;

export const driveRoutes = {
  createUpload: {
    method: 'post',
    path: '/api/v1/drive/files/upload-url',
    summary: 'The first of three steps: says which file will come, and is told where to put its bytes.',
    description:
      '`uploadUrl` takes `size` bytes, once, for an hour, and needs no header. What is not gone on with is removed.',
    authenticated: true,
    hub: true,
    body: newUploadSchema,
    responses: { 201: data(uploadSchema) },
    errors: [...bodyErrors, 'rate_limited', 'storage_full'],
  },
  putUpload: {
    method: 'put',
    path: '/api/v1/drive/uploads/{fileId}',
    summary: 'The second step: the bytes of a file, to the `uploadUrl` of the first.',
    description:
      'The URL is the key: no header is asked for, and whoever has it may put the file. 400 for another size, 404 for a URL that has ended, 409 for one that was used. On disk when it is answered.',
    authenticated: false,
    params: ofFile,
    query: z.object({ signature }),
    bytes: 'taken',
    responses: { 200: data(uploadedSchema) },
    errors: ['invalid_input', 'forbidden', 'not_found', 'conflict', 'too_large', ...storageErrors],
  },
  registerFile: {
    method: 'post',
    path: '/api/v1/drive/files',
    summary: 'The third step: the file is one’s own from now on, and can be sent with messages.',
    description: 'Before the bytes have come it is 409. The same again answers the same file with 200.',
    authenticated: true,
    hub: true,
    body: newFileSchema,
    responses: { 200: data(driveFileSchema), 201: data(driveFileSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  listFiles: {
    method: 'get',
    path: '/api/v1/drive/files',
    summary:
      'The files that one has put up, newest first; `received=true`: those of others that messages of one’s channels bring; `all=true`, for the owner alone: all there are.',
    description: 'Where `next` is present there is more: pass it as `cursor`. `all` comes before `received`.',
    authenticated: true,
    hub: true,
    query: z.object({
      all: z.enum(['true', 'false']).optional(),
      received: z.enum(['true', 'false']).optional(),
      ...cursorQuery,
    }),
    responses: { 200: page(driveFileSchema) },
    errors: ['invalid_input'],
  },
  getFile: {
    method: 'get',
    path: '/api/v1/drive/files/{fileId}',
    summary: 'One file, with a link that is fresh.',
    description: 'For who put it up, for members of a channel in which a message brings it, and for the owner.',
    authenticated: true,
    hub: true,
    params: ofFile,
    responses: { 200: data(driveFileSchema) },
    errors: ['not_found'],
  },
  deleteFile: {
    method: 'delete',
    path: '/api/v1/drive/files/{fileId}',
    summary: 'Deletes a file, and takes it out of the messages that bring it. For who put it up, and for the owner.',
    description: 'For good. Its links end at once; the messages stay.',
    authenticated: true,
    hub: true,
    params: ofFile,
    responses: { 200: data(driveFileSchema) },
    errors: ['not_found'],
  },
  downloadFile: {
    method: 'get',
    path: '/api/v1/drive/downloads/{fileId}',
    summary: 'The bytes of a file, by a `downloadUrl`.',
    description:
      'The URL is the key: no header is asked for. It ends after an hour, or with the message that brought it; then 404. `Range` with one range that is in it is answered with 206. Always as an attachment: a browser shows nothing of it as a page.',
    authenticated: false,
    params: ofFile,
    query: z.object({
      /** Seconds since the epoch. */
      expires: z.string().max(20).optional(),
      message: z.string().max(100).optional(),
      signature,
    }),
    headers: z.object({ range: z.string().optional(), 'if-range': z.string().optional() }),
    bytes: 'given',
    responses: {},
    errors: ['invalid_input', 'forbidden', 'not_found', ...storageErrors],
  },
} as const satisfies Record<string, RouteEntry>;
