/**
 * How a value is sealed: AES-256-GCM under a key that is named in front, for one place and no other.
 *
 *     version (1) | key id (8) | nonce (12) | ciphertext | tag (16), in base64url
 *
 * Version and key id are authenticated, and so is the place, which is not in the envelope: one that was taken elsewhere
 * does not open. The nonce is random: a key may seal 2^32 values before two are likely to share one, and a vault is
 * given a new key long before that.
 */

import { createCipheriv, createDecipheriv } from 'node:crypto';

const cipher = 'aes-256-gcm';
const version = 1;
const idBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + idBytes;
export const keyBytes = 32;

export type RandomBytes = (size: number) => Buffer;

export interface SealingKey {
  /** Sixteen hexadecimal digits, which tell nothing of the key. */
  readonly id: string;
  readonly key: Buffer;
}

/** Where a value belongs: what it is, and of what. */
export type Place = readonly [what: string, ...of: readonly (string | number)[]];

export type Opened = { readonly kind: 'opened'; readonly plain: Buffer } | { readonly kind: 'damaged' };

export function seal(key: SealingKey, plain: Buffer, { place, random }: { place: Place; random: RandomBytes }): string {
  const header = Buffer.concat([Buffer.of(version), Buffer.from(key.id, 'hex')]);
  const nonce = random(nonceBytes);
  const sealing = createCipheriv(cipher, key.key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(authenticated(header, place));
  const ciphertext = Buffer.concat([sealing.update(plain), sealing.final()]);
  return Buffer.concat([header, nonce, ciphertext, sealing.getAuthTag()]).toString('base64url');
}

export function open(key: SealingKey, envelope: string, place: Place): Opened {
  const bytes = bytesOf(envelope);
  if (bytes === undefined || keyIdIn(bytes) !== key.id) return damaged;
  const header = bytes.subarray(0, headerBytes);
  const nonce = bytes.subarray(headerBytes, headerBytes + nonceBytes);
  const opening = createDecipheriv(cipher, key.key, nonce, { authTagLength: tagBytes });
  opening.setAAD(authenticated(header, place));
  opening.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const begun = opening.update(bytes.subarray(headerBytes + nonceBytes, -tagBytes));
    return { kind: 'opened', plain: Buffer.concat([begun, opening.final()]) };
  } catch {
    return damaged;
  }
}

/** Under which key it was sealed; undefined: it is no envelope of ours. */
export function keyIdOf(envelope: string): string | undefined {
  const bytes = bytesOf(envelope);
  return bytes && keyIdIn(bytes);
}

function keyIdIn(bytes: Buffer): string {
  return bytes.subarray(1, headerBytes).toString('hex');
}

const damaged = { kind: 'damaged' } as const;

/** Undefined where another text than we write would give the same bytes, or they are none of ours. */
function bytesOf(envelope: string): Buffer | undefined {
  const bytes = Buffer.from(envelope, 'base64url');
  const isOurs = bytes.length >= headerBytes + nonceBytes + tagBytes && bytes[0] === version;
  return isOurs && bytes.toString('base64url') === envelope ? bytes : undefined;
}

/** JSON: no two places have the same text. */
function authenticated(header: Buffer, place: Place): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify(place))]);
}
