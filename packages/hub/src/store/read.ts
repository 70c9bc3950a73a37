/** Reading outside of transactions: whatever SQLite says becomes a sentence of the catalogue. */

import { toStorageError, type Connection } from '@perdure/db';

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
