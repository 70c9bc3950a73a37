/** How a gateway is run, whoever keeps it running: with which arguments, and in which environment. */

import { dirname } from 'node:path';
import { environmentOf } from './environment.ts';
import { toolsFolder } from './settings.ts';

export interface GatewayPlace {
  readonly handle: string;
  readonly home: string;
  readonly port: number;
  /** Home of the account. */
  readonly accountHome: string;
  readonly program: { readonly node: string; readonly entry: string };
}

/**
 * Measured: 0.9 GB after the start, 1.4 GB after turns. OpenClaw itself allows half of the memory of the machine to
 * each, which several of them do not have.
 */
export const heapMegabytes = 2_048;

/** Whether its home is the one that OpenClaw means by the name of its profile, so that it makes a service for it. */
export const isProfileHome = ({ accountHome, handle, home }: GatewayPlace): boolean =>
  home === `${accountHome}/.openclaw-${handle}`;

/** Behind the program of Node. */
export function gatewayArguments({ port, program }: GatewayPlace): readonly string[] {
  const run = ['gateway', 'run', '--port', String(port), '--bind', 'loopback'];
  return [`--max-old-space-size=${heapMegabytes}`, program.entry, ...run];
}

/** For a gateway that is watched over by us, and by no service manager. `user`: the name of the account. */
export function supervisedEnvironment(
  { home, accountHome, program }: GatewayPlace,
  user: string,
): Readonly<Record<string, string>> {
  // Skills are offered where their commands are found by this PATH.
  const folders = new Set([
    `${home}/${toolsFolder}`,
    dirname(program.node),
    '/usr/local/bin',
    '/usr/bin',
    '/bin',
    '/usr/sbin',
    '/sbin',
  ]);
  return { ...environmentOf({ home, accountHome, path: [...folders].join(':') }), USER: user, LOGNAME: user };
}
