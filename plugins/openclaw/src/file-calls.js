/** Bytes to and from the hub, by links that are their own keys: that of the agent goes nowhere else. */

import { HubError } from './hub-error.js';

/** Of a large file over a slow line. */
const timeoutMs = 120_000;

/** `data` and `again`: as the calls of the hub are made, and repeated. */
export function fileCalls({ data, again, signal }) {
  async function follow(method, url, given = {}) {
    let response;
    try {
      const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      response = await fetch(url, { method, signal: until, ...given });
    } catch (error) {
      throw new HubError(`its link cannot be reached: ${String(error?.cause?.code ?? error?.name)}`, undefined);
    }
    if (response.ok) return response;
    await response.body?.cancel();
    throw new HubError(`its link answered ${response.status}`, response.status);
  }

  return {
    /** Rejects where there are more than `most`. */
    download: (url, most) =>
      again(async () => {
        const response = await follow('GET', url);
        const pieces = [];
        let size = 0;
        for await (const piece of response.body ?? []) {
          size += piece.length;
          if (size > most) throw new Error(`it has more than ${most} bytes`);
          pieces.push(piece);
        }
        return Buffer.concat(pieces);
      }),
    /** All three steps; the id of the file. */
    async upload({ bytes, contentType, fileName }) {
      const said = { fileName, contentType, size: bytes.length };
      const { uploadUrl, fileId, s3Key } = await data('POST', '/api/v1/drive/files/upload-url', said);
      const put = { body: bytes, headers: { 'content-type': contentType } };
      await again(async () => await (await follow('PUT', uploadUrl, put)).body?.cancel());
      await data('POST', '/api/v1/drive/files', { ...said, fileId, s3Key });
      return fileId;
    },
  };
}
