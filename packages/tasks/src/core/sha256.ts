/** The hash of everything in this room. */

import { hash } from 'node:crypto';
import { shortSha256 } from '@perdure/contract';

/** Tokens and names are, and for them alone the crypto of Node is not loaded. */
const short = 1_000;

/** In lower-case hexadecimal digits. */
export function sha256(data: string | Buffer): string {
  return typeof data === 'string' && data.length <= short ? shortSha256(data) : hash('sha256', data);
}
