/**
 * Which process a pid means. Pids are used again: a process is the same only if it also began at the same time.
 * A zombie counts as gone: it holds nothing any more, but where nobody reaps it stays in the table for ever.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFileIfAny, replaceFile } from './files.ts';

/** A process as other processes can find it again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, in the words of the operating system; only good for comparing. */
  readonly startedAt: string;
}

/** When a living process began; undefined if there is none of this pid. */
export function processStartTime(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? linuxStartTime(pid) : psField(pid, 'lstart=');
}

/** The executable a living process runs, as far as this account may see it. */
export function processExecutable(pid: number): string | undefined {
  if (process.platform !== 'linux') return psField(pid, 'comm=');
  try {
    // A binary replaced by an update is marked.
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    return undefined;
  }
}

/** The command line of a living process; empty where this account may not see it. */
export function processWords(pid: number): readonly string[] {
  if (process.platform !== 'linux') return psField(pid, 'args=')?.split(' ') ?? [];
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** A path to the working folder of a living process, which may have been moved or deleted; Linux only. */
export function processFolder(pid: number): string | undefined {
  return process.platform === 'linux' ? `/proc/${pid}/cwd` : undefined;
}

export function isSameProcess(identity: ProcessIdentity): boolean {
  return processStartTime(identity.pid) === identity.startedAt;
}

export function identityOf(pid: number): ProcessIdentity | undefined {
  const startedAt = processStartTime(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Leaves word of a process for others. */
export function writeIdentity(path: string, identity: ProcessIdentity): void {
  replaceFile(path, `${JSON.stringify(identity)}\n`);
}

/** The process written there, dead or alive; undefined where the file is missing or is not ours. */
export function readIdentity(path: string): ProcessIdentity | undefined {
  const text = readFileIfAny(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startedAt } = value as Partial<ProcessIdentity>;
  return typeof pid === 'number' && typeof startedAt === 'string';
}

function linuxStartTime(pid: number): string | undefined {
  try {
    return startTimeIn(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What `/proc/<pid>/stat` says of it; undefined for a zombie. @throws where there is no /proc */
export function startTimeIn(stat: string): string | undefined {
  // The second field is the command in parentheses and may hold anything, so count from behind it: state is field 3,
  // start 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${fields[19]}@${bootId()}`;
}

let boot: string | undefined;

/** Ticks since boot: two boots have processes of the same pid and ticks. No process sees two of them. */
function bootId(): string {
  return (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
}

function psField(pid: number, field: string): string | undefined {
  try {
    const answer = execFileSync('ps', ['-o', `state=,${field}`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const [state, ...rest] = answer.trim().split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : rest.join(' ');
  } catch {
    return undefined;
  }
}
