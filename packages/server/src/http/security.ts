/**
 * Who may talk to the server. It listens on loopback only, but every web page in the owner's browser can reach loopback
 * too:
 *
 * A1 the Host header must be 127.0.0.1, else a foreign name was pointed at us (DNS rebinding).
 * A2 an Origin header, which browsers add, must be the server's own.
 * A3 all but the open routes need the owner's key, in the Authorization header and nowhere else: URLs end up in logs.
 */

import { createHash, timingSafeEqual } from 'node:crypto';
import { PerdureError } from '@perdure/contract';

/** Neither `localhost` nor [::1]: we do not listen behind [::1], and another account of the machine may. */
const ownHost = /^127\.0\.0\.1(:\d{1,5})?$/;

/** @throws PerdureError `forbidden` */
export function checkAddress(headers: Headers): void {
  const host = headers.get('host') ?? '';
  if (!ownHost.test(host)) {
    throw new PerdureError(
      'forbidden',
      'This server answers only to 127.0.0.1; use the address that `perdure status` prints.',
    );
  }
  const origin = headers.get('origin');
  if (origin !== null && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new PerdureError(
      'forbidden',
      'Pages of other origins may not use this server; open its own address instead.',
    );
  }
}

/** A check of the Authorization header against the owner's key; the key itself is not kept. */
export function createKeyCheck(ownerKey: string): (headers: Headers) => void {
  const expected = sha256(ownerKey);
  return (headers) => {
    const [, key] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
    // Equal-length hashes: the time taken tells nothing about the key.
    if (key !== undefined && timingSafeEqual(sha256(key), expected)) return;
    throw new PerdureError(
      'unauthenticated',
      'The owner key is missing or wrong; send `Authorization: Bearer <key>`, `perdure key` prints it.',
    );
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
