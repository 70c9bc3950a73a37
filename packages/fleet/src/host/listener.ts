/** Who listens on a port of this machine: what an error of a gateway does not tell. Linux alone tells. */

import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { listeningOn } from '../openclaw/index.ts';

/** In words; undefined: nobody, or somebody whom this account may not see. */
export async function listenerOf(port: number): Promise<string | undefined> {
  const sockets = new Set((await listeningOn(port)).map(({ socket }) => socket));
  if (sockets.size === 0) return undefined;
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    const has = namesIn(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
    if (has) return `process ${pid} (${textOf(`/proc/${pid}/comm`).trim()})`;
  }
  return 'a process of another account';
}

const quietly = <T>(look: () => T, otherwise: T): T => {
  try {
    return look();
  } catch {
    return otherwise;
  }
};
const textOf = (path: string): string => quietly(() => readFileSync(path, 'utf8'), '');
const namesIn = (path: string): readonly string[] => quietly(() => readdirSync(path), []);
const linkOf = (path: string): string => quietly(() => readlinkSync(path), '');
