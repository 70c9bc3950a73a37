/**
 * The end of a log that somebody else writes: bounded, without what would move a terminal, and without the secrets of
 * the home that it is about. It is shown to who leads the family, and told in channels.
 */

import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { openPlainFile } from '@perdure/home';
import { withoutSecrets } from '../openclaw/secrets-of-home.ts';

/** Where what a gateway prints goes, whoever keeps it running. */
export const serviceLog = (home: string): string => join(home, 'logs', 'service.log');

const mostBytes = 256 * 1024;
const longestLine = 2_000;

/** Newest last; none where there is no such file, or it is a link. `path`: of the log; default: that of its service. */
export function lastLines(home: string, count: number, path = serviceLog(home)): readonly string[] {
  return linesIn(withoutSecrets(home)(tail(path))).slice(-count);
}

/** Of a text that was printed. */
export function linesIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const plain = stripVTControlCharacters(line)
      .replaceAll(/\p{Cc}/gu, ' ')
      .trimEnd();
    return plain === '' ? [] : [plain.length > longestLine ? `${plain.slice(0, longestLine)}…` : plain];
  });
}

function tail(path: string): string {
  let fd: number | undefined;
  try {
    fd = openPlainFile(path, 'read');
    const { size } = fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, mostBytes));
    const text = bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, size - bytes.length));
    // What the first line of it was cut out of may be a secret, which is known by the whole of it.
    return size > mostBytes ? text.slice(text.indexOf('\n') + 1) : text;
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
