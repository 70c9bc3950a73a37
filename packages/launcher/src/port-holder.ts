/** Who listens on a TCP port: from `/proc` on Linux, else from `lsof`. Only what this account may see. */

import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';

export interface PortHolder {
  readonly pid: number;
  /** Name of the program; arguments may hold secrets. */
  readonly command: string;
}

export async function findPortHolder(port: number): Promise<PortHolder | undefined> {
  return process.platform === 'linux' ? await findInProc(port) : await findByLsof(port);
}

/** Inodes of the sockets that listen on a port, from the text of `/proc/net/tcp` or `tcp6`. */
export function listeningInodes(table: string, port: number): readonly string[] {
  const listening = '0A';
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === listening)
    .flatMap((fields) => fields[9] ?? []);
}

async function findInProc(port: number): Promise<PortHolder | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((table) => listeningInodes(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const descriptors = await readdir(`/proc/${entry}/fd`).catch(() => []);
    const targets = await Promise.all(descriptors.map((name) => readlink(`/proc/${entry}/fd/${name}`).catch(() => '')));
    if (targets.some((target) => sockets.has(target))) return { pid: Number(entry), command: await commandOf(entry) };
  }
  return undefined;
}

async function commandOf(pid: string): Promise<string> {
  const [program = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return basename(program) || 'unknown program';
}

async function findByLsof(port: number): Promise<PortHolder | undefined> {
  try {
    const { stdout } = await promisify(execFile)('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
    const field = (name: string) =>
      stdout
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.slice(1);
    const pid = field('p');
    return pid === undefined ? undefined : { pid: Number(pid), command: field('c') ?? 'unknown program' };
  } catch {
    return undefined;
  }
}
