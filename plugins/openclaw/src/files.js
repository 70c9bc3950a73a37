/**
 * Files both ways. What others attach is fetched and put where OpenClaw keeps what comes in, so that the agent can read
 * it; what the agent sends is put up in the hub and attached.
 */

import { basename } from 'node:path';
import { attachmentsOf } from './admit.js';

/** Larger ones are named and not fetched: whoever wants one follows its link. */
export const mostBytes = 26_214_400;

/**
 * @typedef {object} Media where OpenClaw keeps files
 * @property {(file: { bytes: Buffer, contentType: string, fileName: string }) => Promise<string>} save its path
 * @property {(url: string, agentId: string | undefined) => Promise<{ bytes: Uint8Array, contentType: string, fileName: string }>}
 *   load what an agent may send, and nothing else of this machine
 */

/**
 * Never rejects: a file that cannot be had is told, and the message is answered.
 *
 * @param {any} message
 * @param {{ api: any, media: Media, log: (line: string) => void }} deps
 */
export async function receiveFiles(message, { api, media, log }) {
  const received = [];
  for (const { fileName = 'file', contentType = 'application/octet-stream', size, downloadUrl } of attachmentsOf(
    message,
  )) {
    const said = { fileName: oneLine(fileName), contentType: oneLine(contentType), size, url: downloadUrl };
    if (size > mostBytes) {
      received.push({ ...said, note: `too large to be fetched here; for an hour it is at ${downloadUrl}` });
      continue;
    }
    try {
      const bytes = await api.download(downloadUrl, mostBytes);
      received.push({
        ...said,
        path: await media.save({ bytes, contentType: said.contentType, fileName: said.fileName }),
      });
    } catch (error) {
      log(`The file ${said.fileName} of message ${message.id} was not fetched: ${String(error?.message ?? error)}`);
      received.push({ ...said, note: error?.status === 404 ? 'it was deleted' : 'it could not be fetched' });
    }
  }
  return received;
}

/** A line for each, behind what was said. */
export function filesText(received) {
  return received
    .map(({ fileName, contentType, size, note }) => {
      const known = [contentType, ...(Number.isFinite(size) ? [`${size} bytes`] : [])].join(', ');
      return `[file] ${fileName} (${known})${note === undefined ? '' : `: ${note}`}`;
    })
    .join('\n');
}

/** As OpenClaw wants them in the context of a message. */
export function mediaOf(received, messageId) {
  return received.flatMap(({ path, url, contentType, fileName, size }) =>
    path === undefined ? [] : [{ path, url, contentType, fileName, sizeBytes: size, messageId }],
  );
}

/**
 * Puts up what an agent sends: `ids` of what is up, and names of what could not be.
 *
 * @param {readonly string[]} urls
 * @param {{ api: any, media: Media, agentId?: string, log: (line: string) => void }} deps
 */
export async function putUp(urls, { api, media, agentId, log }) {
  /** @type {{ ids: string[], names: string[], failed: string[] }} */
  const sent = { ids: [], names: [], failed: [] };
  for (const url of urls) {
    try {
      const file = await media.load(url, agentId);
      sent.ids.push(await api.upload(file));
      sent.names.push(file.fileName);
    } catch (error) {
      const name = oneLine(basename(url.split(/[?#]/)[0] ?? '')) || 'a file';
      log(`The file ${name} was not sent: ${String(error?.message ?? error)}`);
      sent.failed.push(name);
    }
  }
  return sent;
}

/** What a payload brings beside its text. */
export function urlsOf({ mediaUrls, mediaUrl }) {
  const all = Array.isArray(mediaUrls) && mediaUrls.length > 0 ? mediaUrls : [mediaUrl];
  return all.filter((url) => typeof url === 'string' && url !== '');
}

/** A name of somebody else's begins no line of its own. */
const oneLine = (text) => String(text).replaceAll(/\s+/g, ' ').trim();
