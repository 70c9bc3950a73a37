/**
 * The key with which the engine signs its calls, so that the worker takes them from nobody else. Made anew by each
 * launch: the engine of a copied state root has another one.
 */

import { generateKeyPairSync } from 'node:crypto';
import { replaceFile } from './files.ts';
import type { HomePaths } from './layout.ts';

/** Writes the private half for the engine; answers the public one, as Restate's SDK reads it. */
export function renewEngineKey(paths: HomePaths): string {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  replaceFile(paths.engineKey, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return `publickeyv1_${base58(Buffer.from(x, 'base64url'))}`;
}

const digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

function base58(bytes: Buffer): string {
  let text = '';
  for (let rest = BigInt(`0x${bytes.toString('hex')}`); rest > 0n; rest /= 58n)
    text = digits[Number(rest % 58n)] + text;
  const zeros = bytes.findIndex((byte) => byte !== 0);
  return '1'.repeat(Math.max(0, zeros)) + text;
}
