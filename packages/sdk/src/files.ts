/**
 * Bytes of files of the hub. Their URLs are absolute and need no key; they are asked for over the connection of the
 * client all the same, by their path: whatever address they name, it is this server that gave them out.
 */

import { uploadedSchema, type Uploaded } from '@perdure/contract';
import { errorOf, notOurs } from './errors.ts';
import type { Transport } from './transport.ts';

export interface FileCalls {
  /** Puts the bytes of a file to its `uploadUrl`. */
  putBytes(uploadUrl: string, bytes: Blob, options?: { readonly signal?: AbortSignal }): Promise<Uploaded>;
  /** The bytes behind a `downloadUrl`, as they come. */
  getBytes(
    downloadUrl: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

export function fileCalls(transport: Transport, url: string): FileCalls {
  return {
    putBytes: async (uploadUrl, bytes, { signal } = {}) => {
      const response = await transport({ method: 'PUT', path: pathOf(uploadUrl, url), bytes, signal });
      if (!response.ok) throw await errorOf(response, url);
      const answer = (await response.json().catch(() => undefined)) as { readonly data?: unknown } | undefined;
      const parsed = uploadedSchema.safeParse(answer?.data);
      if (!parsed.success) throw notOurs(url, 'something this client does not understand', parsed.error);
      return parsed.data;
    },
    getBytes: async (downloadUrl, { signal } = {}) => {
      const response = await transport({ method: 'GET', path: pathOf(downloadUrl, url), signal });
      if (!response.ok) throw await errorOf(response, url);
      if (response.body === null) throw notOurs(url, 'no bytes where a file is');
      return response.body;
    },
  };
}

function pathOf(given: string, base: string): string {
  const { pathname, search } = new URL(given, base);
  return pathname + search;
}
