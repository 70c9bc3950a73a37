/** Reading outside of transactions: whatever SQLite says becomes a sentence of the catalogue. */

import { toStorageError } from './errors.ts';
import type { Connection } from './open.ts';

export type Read = <T>(work: () => T) => Promise<T>;

export function createRead({ path }: Connection): Read {
  return async (work) => {
    try {
      return work();
    } catch (error) {
      throw toStorageError(error, path);
    }
  };
}
