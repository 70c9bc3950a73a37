/** `perdure drive put`: a file of this machine, to be sent with messages. */

import { openAsBlob, statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { isPerdureError, PerdureError, type DriveFile } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { SpeakerOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';

export interface PutFileOptions extends SpeakerOptions {
  readonly name?: string;
  readonly type?: string;
}

export async function putFile(rim: Rim, file: string, options: PutFileOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const data = await upload(client, resolve(rim.cwd, file), options);
  printData(rim, options, data, () => `${printable(data.fileName)} is up, as ${data.id}.`);
  return 0;
}

/** All three steps. The file is read as it is sent, and never held whole. */
export async function upload(
  client: Client,
  path: string,
  { name = basename(path), type = typeOf(path) }: Pick<PutFileOptions, 'name' | 'type'> = {},
): Promise<DriveFile> {
  const bytes = await openFile(path);
  const said = { fileName: name, contentType: type, size: bytes.size };
  const { uploadUrl, fileId, s3Key } = (await client.createUpload({ body: said })).data;
  await client.putBytes(uploadUrl, bytes);
  return (await client.registerFile({ body: { ...said, fileId, s3Key } })).data;
}

async function openFile(path: string): Promise<Blob> {
  try {
    // A folder, or a pipe that somebody waits behind, has no size to be said beforehand.
    if (!statSync(path).isFile()) throw new PerdureError('usage', `${path} is no file, so it cannot be put up.`);
    return await openAsBlob(path);
  } catch (cause) {
    if (isPerdureError(cause)) throw cause;
    throw new PerdureError('usage', `The file ${path} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

/** Agents fetch pictures and sounds alone, so that these have to be called what they are. */
const types: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.flac': 'audio/flac',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.m4a': 'audio/mp4',
  '.md': 'text/markdown',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
  '.zip': 'application/zip',
};

function typeOf(path: string): string {
  return types[extname(path).toLowerCase()] ?? 'application/octet-stream';
}
