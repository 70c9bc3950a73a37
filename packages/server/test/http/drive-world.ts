/** A hub whose people put up files. */

import type { Attachment, DriveFile, Message, Upload } from '@perdure/contract';
import { expect } from 'vitest';
import { createHubWorld, pathOf, type HubWorld, type Person } from './hub-world.ts';

export interface Said {
  readonly fileName?: string;
  readonly contentType?: string;
}

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const reserve = async (by: Person, json: object) => await by.json('POST', '/api/v1/drive/files/upload-url', { json });
const register = async (by: Person, json: object) => await by.json('POST', '/api/v1/drive/files', { json });

export async function createDriveWorld(overrides: Parameters<typeof createHubWorld>[0] = {}) {
  const world: HubWorld = await createHubWorld(overrides);
  /** The bytes, by the URL alone. */
  const put = async (url: string, bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    await world.harness.json('PUT', pathOf(url), { bytes, headers: { authorization: '', ...headers } });
  /** All three steps. */
  const upload = async (by: Person, text: string, said: Said = {}): Promise<DriveFile> => {
    const bytes = bytesOf(text);
    const json = { fileName: 'a.txt', contentType: 'text/plain', size: bytes.length, ...said };
    const { uploadUrl, fileId, s3Key } = (await reserve(by, json)).body.data as Upload;
    expect((await put(uploadUrl, bytes)).status).toBe(200);
    const registered = await register(by, { ...json, fileId, s3Key });
    expect(registered.status).toBe(201);
    return registered.body.data as DriveFile;
  };
  /** Whatever a URL leads to, without a key. */
  const get = async (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    await world.harness.request(method, pathOf(url), { headers: { authorization: '', ...headers } });
  const attach = async (by: Person, file: DriveFile, content = ''): Promise<Message> =>
    (await world.send({ content, attachmentIds: [file.id] }, by)).body.data as Message;
  return { ...world, reserve, put, register, upload, get, attach };
}

export function firstOf({ metadata }: Message): Attachment {
  const [first] = metadata.attachments ?? [];
  if (first === undefined) throw new Error('the message brings no file');
  return first;
}
