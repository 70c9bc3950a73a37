/** The processes above one, nearest first: who called whom, up to the first of the machine. */

import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { startTimeIn, type ProcessIdentity } from './process-identity.ts';

export interface Ancestor extends ProcessIdentity {
  readonly argv: readonly string[];
  readonly ageMs: number;
}

/** Deeper than anybody nests shells. */
const mostAncestors = 64;
/** Of the clock that Linux counts in for programs, whatever that of the kernel is. */
const ticksPerSecond = 100;

/** Ends where no more is known. */
export function ancestorsOf(pid: number): readonly Ancestor[] {
  const find = process.platform === 'linux' ? finderInProc() : finderInTable();
  const found: Ancestor[] = [];
  for (let at = pid; at > 0 && found.length < mostAncestors;) {
    const one = find(at);
    if (one === undefined) break;
    found.push(one.ancestor);
    at = one.parent;
  }
  return found;
}

/** Where a pid means something: the machine, and on it the space of its container. */
export function processSpace(): string {
  return process.platform === 'linux' ? `${hostname()} ${linkText('/proc/self/ns/pid')}` : hostname();
}

interface Found {
  readonly ancestor: Ancestor;
  readonly parent: number;
}

function finderInProc(): (pid: number) => Found | undefined {
  try {
    const upMs = Number.parseFloat(readFileSync('/proc/uptime', 'utf8')) * 1000;
    return (pid) => linuxProcess(pid, upMs);
  } catch {
    return () => undefined;
  }
}

function linuxProcess(pid: number, upMs: number): Found | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startedAt = startTimeIn(stat);
    if (startedAt === undefined) return undefined;
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const ageMs = upMs - (Number.parseInt(startedAt, 10) / ticksPerSecond) * 1000;
    return { ancestor: { pid, startedAt, argv, ageMs }, parent };
  } catch {
    return undefined;
  }
}

/** One look at all processes, where each look starts a program. */
function finderInTable(): (pid: number) => Found | undefined {
  const rows = new Map(processTable().flatMap((line) => tableRow(line)));
  return (pid) => rows.get(pid);
}

function processTable(): readonly string[] {
  try {
    const columns = 'pid=,ppid=,etime=,lstart=,command=';
    const stdio = ['ignore', 'pipe', 'ignore'] as const;
    const env = { ...process.env, LC_ALL: 'C' };
    return execFileSync('ps', ['-axo', columns], { encoding: 'utf8', stdio: [...stdio], env }).split('\n');
  } catch {
    return [];
  }
}

function tableRow(line: string): readonly (readonly [number, Found])[] {
  const [pid, parent, age = '', ...rest] = line.trim().split(/\s+/);
  if (pid === undefined || rest.length < 6) return [];
  const [startedAt, argv] = [rest.slice(0, 5).join(' '), rest.slice(5)];
  const ancestor = { pid: Number(pid), startedAt, argv, ageMs: elapsedMs(age) };
  return [[ancestor.pid, { ancestor, parent: Number(parent) }]];
}

/** `[[days-]hours:]minutes:seconds` */
function elapsedMs(text: string): number {
  const [days, clock] = text.includes('-') ? text.split('-', 2) : ['0', text];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

function linkText(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
