/** What a gateway of somebody else printed last, as far as its home tells: where its words go is theirs to say. */

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines } from '../last-lines.ts';

/** Of the log in its home that was written to last; a sentence where there is none. */
export function lastWordsIn(home: string, handle: string, count: number): readonly string[] {
  const folder = join(home, 'logs');
  const [newest] = logsIn(folder).toSorted((one, other) => other.writtenAt - one.writtenAt);
  if (newest !== undefined) return lastLines(home, count, newest.path);
  return [
    `Where the words of ${handle} go is not known: there is no log in ${folder}; its own service tells, or /tmp/openclaw.`,
  ];
}

function logsIn(folder: string): readonly { readonly path: string; readonly writtenAt: number }[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      return name.endsWith('.log') && stat?.isFile() === true ? [{ path, writtenAt: stat.mtimeMs }] : [];
    });
  } catch {
    return [];
  }
}
