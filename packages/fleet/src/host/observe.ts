/** What a plan needs to know of this host. Nothing is changed, no program is run. */

import { existsSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { arch, freemem, hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { freeBytesOf, plainTextIn } from '@perdure/home';
import type { HostFacts } from '../core/member.ts';
import { choosePort, derivedPorts } from '../core/choose-port.ts';
import { basesOf, isHomeName, type FoundHome } from '../openclaw/gateways.ts';
import { busyAmong } from './busy-ports.ts';
import { findOpenclaw, isForNode, versionAt } from './find-openclaw.ts';

export { busyAmong, findOpenclaw, freeBytesOf, isForNode, versionAt };
export { sizeOf } from './size-of.ts';

export interface ObserveOptions {
  /** Home of the account. */
  readonly accountHome: string;
  readonly searchPath: string;
  /** `XDG_RUNTIME_DIR`: there a service manager of the account has its socket. */
  readonly runtimeDir: string | undefined;
  /** The home that was asked for, where one was. */
  readonly wantedHome: string | undefined;
  readonly wantedPort: number | undefined;
}

export async function observeHost(options: ObserveOptions): Promise<HostFacts> {
  const { accountHome, searchPath, runtimeDir, wantedHome, wantedPort } = options;
  const [homes, openclaw, freeDiskBytes] = await Promise.all([
    findHomes(accountHome),
    findOpenclaw(searchPath),
    freeBytesOf(accountHome),
  ]);
  const bases = basesOf(homes);
  const homeLeadsTo = wantedHome === undefined ? undefined : await behindLink(wantedHome);
  const os = osOfHost();
  return {
    name: hostname(),
    os,
    arch: arch(),
    accountHome,
    node: process.versions.node,
    ...(openclaw !== undefined && { openclaw }),
    freeMemoryBytes: freemem(),
    freeDiskBytes,
    homes: homes.map(({ name }) => name),
    isHomeThere: wantedHome !== undefined && existsSync(wantedHome),
    ...(homeLeadsTo !== undefined && { homeLeadsTo }),
    service: serviceOfHost(os, runtimeDir),
    bases,
    busyPorts: await busyPorts(wantedPort, bases),
  };
}

export const osOfHost = (): HostFacts['os'] => (process.platform === 'darwin' ? 'darwin' : 'linux');

/** What a host has to keep gateways running, by looking alone. */
export function serviceOfHost(os: HostFacts['os'], runtimeDir: string | undefined): HostFacts['service'] {
  if (os === 'darwin') return 'launchd';
  return runtimeDir !== undefined && existsSync(join(runtimeDir, 'systemd', 'private')) ? 'systemd' : 'supervisor';
}

/** What a path of a home that is yet to be made means; undefined: what it says, or nobody knows. */
async function behindLink(home: string): Promise<string | undefined> {
  const above = await realpath(dirname(home)).catch(() => undefined);
  return above === undefined || above === dirname(home) ? undefined : join(above, basename(home));
}

/** Settings larger than this are none that a person or OpenClaw wrote. */
const mostBytes = 1_000_000;

/** Of settings that are a link the port is wanted all the same; of what is no file nothing is waited for. */
async function findHomes(accountHome: string): Promise<readonly FoundHome[]> {
  const names = (await readdir(accountHome)).filter(isHomeName);
  return names.map((name) => {
    const path = join(accountHome, name, 'openclaw.json');
    const settings = plainTextIn(path, { mostBytes, isLinkFollowed: true });
    return { name, ...(settings !== undefined && { settings }) };
  });
}

/** Of the ports that would be chosen, until one is found behind which all are free. */
async function busyPorts(wanted: number | undefined, bases: readonly number[]): Promise<ReadonlySet<number>> {
  const busy = new Set<number>();
  for (;;) {
    const choice = choosePort(wanted, { bases, isFree: (port) => !busy.has(port) });
    if (choice.kind === 'refused') return busy;
    const found = await busyAmong([choice.port, ...derivedPorts(choice.port)]);
    if (found.length === 0) return busy;
    for (const port of found) busy.add(port);
  }
}
