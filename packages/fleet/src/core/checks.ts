/** What has to hold of a host before anything is made on it: each with what to do where it does not. */

import { isAbsolute, normalize } from 'node:path/posix';
import { handlePattern, handleRule } from '@perdure/contract';
import { modelPattern, type HostFacts, type MemberSpec } from './member.ts';

export type CheckId = 'handle' | 'home' | 'node' | 'openclaw' | 'memory' | 'disk' | 'model' | 'credential' | 'port';

export interface Check {
  readonly id: CheckId;
  /** What was found. */
  readonly found: string;
  /** What is wrong, and what to do next; absent: nothing. */
  readonly problem?: string;
}

/** What a gateway takes: measured, with what its helpers take. */
const memoryBytes = 1_200_000_000;
const diskBytes = 500_000_000;
/** Services of these names are OpenClaw's own. */
const reserved: ReadonlySet<string> = new Set(['gateway', 'node', 'main', 'default']);

export const homeName = (handle: string): string => `.openclaw-${handle}`;

/** Undefined: the usual one. `~` is written by programs that no shell reads. */
export function askedHome(
  named: string | undefined,
  { handle, accountHome }: { readonly handle: string; readonly accountHome: string },
): string | undefined {
  const path = named?.replace(/^~(?=\/|$)/, accountHome).replace(/(?<=.)\/+$/, '');
  return path === `${accountHome}/${homeName(handle)}` ? undefined : path;
}

export function checksOf(spec: MemberSpec, host: HostFacts): readonly Check[] {
  return [handleCheck(spec), homeCheck(spec, host), ...hostChecks(host), modelCheck(spec), credentialCheck(spec)];
}

function handleCheck({ handle }: MemberSpec): Check {
  if (!handlePattern.test(handle)) return { id: 'handle', found: handle, problem: `${handleRule}; choose another` };
  if (reserved.has(handle)) {
    return { id: 'handle', found: handle, problem: `${handle} is a name of OpenClaw's own; choose another` };
  }
  return { id: 'handle', found: handle };
}

/** Of two that differ in case alone one file system makes one. */
function homeCheck({ handle, home }: MemberSpec, host: HostFacts): Check {
  const { accountHome, homes, isHomeThere, homeLeadsTo } = host;
  const wanted = home ?? `${accountHome}/${homeName(handle)}`;
  const odd = home === undefined ? undefined : oddIn(home, accountHome, homes);
  if (odd !== undefined) return { id: 'home', found: wanted, problem: odd };
  if (homeLeadsTo !== undefined) {
    const problem = `${wanted} is reached by a link, and is ${homeLeadsTo}: name that folder, or choose another`;
    return { id: 'home', found: wanted, problem };
  }
  const same = homes.find((name) => name.toLowerCase() === homeName(handle).toLowerCase());
  if (isHomeThere || (home === undefined && same !== undefined)) {
    const there = home ?? `${accountHome}/${same ?? homeName(handle)}`;
    return {
      id: 'home',
      found: there,
      problem: `${there} is there already: choose another handle, or move it away`,
    };
  }
  return { id: 'home', found: wanted };
}

/** A path means one folder to all who are given it, or it is none of those that others have. */
function oddIn(home: string, accountHome: string, homes: readonly string[]): string | undefined {
  const told = JSON.stringify(home);
  if (!isAbsolute(home) || normalize(home) !== home || home.endsWith('/') || /\p{C}/u.test(home)) {
    return `${told} is no path as it has to be: name a folder from / on, without "." or ".." in it`;
  }
  const outer = homes.find((name) => home.toLowerCase().startsWith(`${accountHome}/${name}/`.toLowerCase()));
  return outer && `${told} lies in ${accountHome}/${outer}, which is a home of its own: choose another folder`;
}

function hostChecks({ node, openclaw, freeMemoryBytes, freeDiskBytes }: HostFacts): readonly Check[] {
  return [
    {
      id: 'node',
      found: node,
      ...(!isNodeNew(node) && { problem: 'OpenClaw needs Node 24.16 or newer; install one' }),
    },
    openclaw === undefined
      ? { id: 'openclaw', found: 'none', problem: 'OpenClaw is not on the PATH: `npm install -g openclaw`' }
      : { id: 'openclaw', found: `${openclaw.version} at ${openclaw.path}` },
    roomFor('memory', freeMemoryBytes, {
      needed: memoryBytes,
      problem: `a gateway takes about ${gigabytes(memoryBytes)}; stop another one`,
    }),
    roomFor('disk', freeDiskBytes, {
      needed: diskBytes,
      problem: `${gigabytes(diskBytes)} have to be free; make room`,
    }),
  ];
}

function roomFor(
  id: CheckId,
  free: number,
  { needed, problem }: { readonly needed: number; readonly problem: string },
): Check {
  return { id, found: gigabytes(free), ...(free < needed && { problem }) };
}

function isNodeNew(version: string): boolean {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 16);
}

function modelCheck({ model }: MemberSpec): Check {
  if (modelPattern.test(model)) return { id: 'model', found: model };
  return { id: 'model', found: model, problem: 'a model is named as provider/model, as anthropic/claude-opus-4-6' };
}

function credentialCheck({ credential }: MemberSpec): Check {
  if (credential !== 'none') return { id: 'credential', found: credential };
  return {
    id: 'credential',
    found: 'none',
    problem: 'there is no key for its model: put one into a vault and name it, or say that it needs none',
  };
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
