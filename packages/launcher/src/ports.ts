/**
 * Whether a port of ours is free, checked before anything starts: a sentence with the holder's name beats a crash in a
 * log file.
 */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { PerdureError } from '@perdure/contract';
import { homePaths, readInstance } from '@perdure/home';
import { findPortHolder } from './port-holder.ts';

export interface PortUse {
  readonly port: number;
  /** What we want it for. */
  readonly use: string;
  readonly flag: string;
  /** An address of this machine, or all that it has; by default 127.0.0.1. */
  readonly host?: string;
}

/** Refuses with the port, who has it, and the flag that chooses another. */
export async function ensurePortsFree(uses: readonly PortUse[]): Promise<void> {
  for (const [index, { port, use, flag, host }] of uses.entries()) {
    const twin = uses.slice(0, index).find((other) => other.port === port);
    if (twin !== undefined) {
      throw new PerdureError(
        'config_invalid',
        `Port ${port} is given to both the ${twin.use} and the ${use}: choose another one with ${twin.flag} or ${flag}.`,
      );
    }
    const problem = await bindingProblem(port, host);
    if (problem === undefined) continue;
    if (problem === 'EADDRNOTAVAIL') {
      throw new PerdureError(
        'config_invalid',
        `${host} is no address of this machine: give one that it has with --listen.`,
      );
    }
    const by =
      problem === 'EADDRINUSE' ? `in use by ${await nameHolder(port)}` : `not for this account to use (${problem})`;
    const choose = by.includes(': ') ? `, or choose another port with ${flag}` : `: choose another one with ${flag}`;
    throw new PerdureError('port_busy', `Port ${port} (${use}) is ${by}${choose}.`, {
      details: { port, flag },
    });
  }
}

async function nameHolder(port: number): Promise<string> {
  const holder = await findPortHolder(port);
  if (holder === undefined) return 'another process';
  const root = await rootOf(holder.pid);
  if (root === undefined) return `process ${holder.pid} (${holder.command})`;
  return `Perdure of ${root} (process ${holder.pid}): stop it with \`perdure down --home ${shellText(root)}\``;
}

/** The state root of a part of Perdure; undefined for other processes, and where this account may not see it. */
async function rootOf(pid: number): Promise<string | undefined> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const entry = environment.split('\0').find((text) => text.startsWith('PERDURE_HOME='));
  const root = entry?.slice('PERDURE_HOME='.length);
  if (root === undefined || root === '') return undefined;
  // Others may have the variable from the shell that they were started in.
  const instance = readInstance(homePaths(root));
  const parts = instance.kind === 'running' ? Object.values(instance.info.processes) : [];
  return parts.some((part) => part.pid === pid) ? root : undefined;
}

/** As one word of a shell. */
function shellText(path: string): string {
  return /^[\w./@:+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** Trying is the only sure way; what listened for a moment is closed before this resolves. */
async function bindingProblem(port: number, host = '127.0.0.1'): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ port, ...(host !== 'all' && { host }), exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
