/** Who listens on a port of this machine: Linux tells everybody which account, and nobody else of it. */

import { readFileSync } from 'node:fs';
import { geteuid } from 'node:process';

export interface Listening {
  readonly uid: number;
  /** As links of open files name it. */
  readonly socket: string;
}

export function listeningOn(port: number): readonly Listening[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningIn(textOf(table), port));
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

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
