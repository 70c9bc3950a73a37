/** Who listens on a port of this machine: Linux tells everybody which account, and nobody else of it. */

import { readFile } from 'node:fs/promises';
import { geteuid } from 'node:process';

export interface Listening {
  readonly uid: number;
  /** As links of open files name it. */
  readonly socket: string;
}

/** Not at once: the system takes some milliseconds for these tables, and each look at each gateway asks. */
export async function listeningOn(port: number): Promise<readonly Listening[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(textOf));
  return tables.flatMap((table) => listeningIn(table, port));
}

const listening = '0A';

export function listeningIn(table: string, port: number): readonly Listening[] {
  const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
  return table.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const isIt = fields[1]?.endsWith(`:${hexadecimal}`) === true && fields[3] === listening;
    return isIt ? [{ uid: Number(fields[7]), socket: `socket:[${fields[9]}]` }] : [];
  });
}

/** Whoever answers there is none of ours. Root is not meant: it passes on what comes to a port, into containers too. */
export function isOthers(found: readonly Listening[], own = geteuid?.()): boolean {
  return found.length > 0 && found.every(({ uid }) => uid !== own && uid !== 0);
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
