/**
 * Links that need no header, signed by a key of this state root (D3). What is signed says what it is for, so that none
 * does for another; whether the file is there, and the message, is asked when somebody comes with one.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import { compact } from '@perdure/contract';
import type { LinkChecks, Links, LinkTarget } from '../core/drive/ports.ts';

/** A client fetches what it is told of at once; one that comes later asks for the message again. */
const downloadSeconds = 3_600;

export function createLinks(key: Uint8Array): Links & LinkChecks {
  const sign = (...parts: readonly string[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const signUpload = (fileId: string): string => sign('upload', fileId);
  const signDownload = ({ fileId, messageId = '' }: LinkTarget, expires: string): string =>
    sign('download', fileId, messageId, expires);
  return {
    upload: (fileId) => `/api/v1/drive/uploads/${fileId}?signature=${signUpload(fileId)}`,
    download: (target, now) => {
      const expires = String(Math.floor(now / 1_000) + downloadSeconds);
      const { fileId, messageId: message } = target;
      const query = new URLSearchParams({ ...compact({ message }), expires, signature: signDownload(target, expires) });
      return `/api/v1/drive/downloads/${fileId}?${query.toString()}`;
    },
    isUpload: (fileId, signature) => isSame(signature, signUpload(fileId)),
    isDownload: (target, { expires, signature }) => isSame(signature, signDownload(target, expires)),
  };
}

/** The time taken tells nothing but the length, which everybody knows. */
function isSame(given: string | undefined, right: string): boolean {
  const [one, other] = [Buffer.from(given ?? ''), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
