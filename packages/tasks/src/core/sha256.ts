/** The hash of everything in this room. */

import { hash } from 'node:crypto';

/** In lower-case hexadecimal digits. */
export function sha256(data: string | Buffer): string {
  return hash('sha256', data);
}
