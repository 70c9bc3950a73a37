/**
 * The keys: each vault has its own, which is kept sealed under one root key; that is kept elsewhere.
 *
 * The id of a root key is made of it, so that it is known whether this is the one with which the vaults were made.
 */

import { argon2, createHmac } from 'node:crypto';
import { keyBytes, open, seal, type RandomBytes, type SealingKey } from './envelope.ts';

const idDigits = 16;

export function rootKeyOf(key: Buffer): SealingKey {
  const id = createHmac('sha256', key).update('perdure vault root key').digest('hex').slice(0, idDigits);
  return { id, key };
}

/** As it lies in a file: 256 bits in base64url, on one line. Undefined: it is none. */
export function rootKeyOfText(text: string): SealingKey | undefined {
  const key = Buffer.from(text.trim(), 'base64url');
  return key.length === keyBytes && key.toString('base64url') === text.trim() ? rootKeyOf(key) : undefined;
}

export const rootKeyText = (random: RandomBytes): string => `${random(keyBytes).toString('base64url')}\n`;

/** What RFC 9106 recommends where memory is scarce: 64 MiB, three passes, four lanes. */
const argon2idCosts = { parallelism: 4, memory: 65_536, passes: 3, tagLength: keyBytes } as const;

export async function rootKeyOfPassphrase(passphrase: string, salt: Buffer): Promise<SealingKey> {
  const parameters = { ...argon2idCosts, message: Buffer.from(passphrase.normalize('NFKC')), nonce: salt };
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  argon2('argon2id', parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
  return rootKeyOf(await promise);
}

/** A key of a vault, as it is kept. */
export interface WrappedKey {
  readonly id: string;
  readonly wrapped: string;
}

export function newVaultKey(
  root: SealingKey,
  vaultId: string,
  random: RandomBytes,
): { readonly key: SealingKey; readonly kept: WrappedKey } {
  const key = { id: random(idDigits / 2).toString('hex'), key: random(keyBytes) };
  return { key, kept: wrapKey(root, vaultId, { key, random }) };
}

export function wrapKey(
  root: SealingKey,
  vaultId: string,
  { key, random }: { readonly key: SealingKey; readonly random: RandomBytes },
): WrappedKey {
  return { id: key.id, wrapped: seal(root, key.key, { place: placeOfKey(vaultId, key.id), random }) };
}

/** Undefined where it was changed, or was sealed under another root key. */
export function unwrapKey(root: SealingKey, vaultId: string, { id, wrapped }: WrappedKey): SealingKey | undefined {
  const opened = open(root, wrapped, placeOfKey(vaultId, id));
  return opened.kind === 'opened' ? { id, key: opened.plain } : undefined;
}

const placeOfKey = (vaultId: string, keyId: string) => ['key', vaultId, keyId] as const;
