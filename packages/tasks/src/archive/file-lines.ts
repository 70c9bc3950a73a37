/** Lines of a file, read piece by piece and without leaving the thread: a log may be long, and a transaction waits. */

import { closeSync, readSync } from 'node:fs';
import { openPlainFile } from '@perdure/home/files';

const piece = 1024 * 1024;

/** Each with its line break, as bytes; the last without, where the file does not end with one. */
export function* fileLines(path: string): Generator<Buffer> {
  const fd = openPlainFile(path, 'read');
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const buffer = Buffer.alloc(piece);
      const length = readSync(fd, buffer, 0, piece, null);
      if (length === 0) break;
      const bytes = Buffer.concat([rest, buffer.subarray(0, length)]);
      let from = 0;
      for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
        yield bytes.subarray(from, end + 1);
        from = end + 1;
      }
      rest = bytes.subarray(from);
    }
    if (rest.length > 0) yield rest;
  } finally {
    closeSync(fd);
  }
}
