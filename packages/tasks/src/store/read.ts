/** Reading outside of transactions: whatever SQLite says becomes a sentence of the catalogue. */

import { toStorageError, type Connection } from '@perdure/db';

export function createRead({ path }: Connection): <T>(work: () => T) => Promise<T> {
  return async (work) => {
    try {
      return work();
    } catch (error) {
      throw toStorageError(error, path);
    }
  };
}
