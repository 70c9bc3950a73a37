/**
 * The lives of a service, numbered from 1: each is claimed by a file of its number that can be made once. The process
 * itself makes it, before it runs anything, so there is no moment in which one runs that nobody knows; and of two that
 * were started for one number, by whomever, one ends at once (M5). Who stops claims the next number too, for nobody: a
 * process that was started and has not got there yet finds it taken.
 *
 * `<n>` who watches over the life: pid and start; empty where it was claimed for nobody. `<n>.child` the gateway.
 * `<n>.end` its exit code.
 */

import { readdirSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createFile, isSameProcess } from '@perdure/home';
import { readFileIfAny } from '@perdure/home/files';
import type { ProcessIdentity } from '../../core/gateway.ts';
import type { LifeEnd } from '../../core/keep-up.ts';

export interface Life {
  readonly number: number;
  /** The shell that writes down how it ends; it leads a session of its own. */
  readonly keeper: ProcessIdentity;
  /** The gateway itself; undefined in the moment before it is written down. */
  readonly gateway: ProcessIdentity | undefined;
  readonly end: LifeEnd | undefined;
}

/** The number that nobody has claimed yet. */
export function nextNumber(folder: string): number {
  return Math.max(0, ...numbersIn(folder)) + 1;
}

/** The last life that somebody began, running or over. */
export function lastLife(folder: string): Life | undefined {
  for (const number of numbersIn(folder).toSorted((a, b) => b - a)) {
    const keeper = identityAt(join(folder, String(number)));
    if (keeper === undefined) continue;
    const gateway = identityAt(join(folder, `${number}.child`));
    return { number, keeper, gateway, end: endAt(join(folder, `${number}.end`)) };
  }
  return undefined;
}

/** Nothing that was started before this runs from now on, but what is in `lastLife` already. */
export function claimForNobody(folder: string): void {
  while (!createFile(join(folder, String(nextNumber(folder))), '')) {
    // Somebody was faster; what they began is the last life now, and the next number is nobody's.
  }
}

export const isOver = ({ keeper, gateway }: Life): boolean =>
  !isSameProcess(keeper) && (gateway === undefined || !isSameProcess(gateway));

/** More than can be on their way at once. */
const keptNumbers = 50;

/** Removes what is known of lives long over; numbers only grow, so none is claimed twice. */
export function forgetOld(folder: string): void {
  const last = nextNumber(folder) - 1;
  for (const name of namesIn(folder)) {
    const number = Number.parseInt(name, 10);
    if (number <= last - keptNumbers) rmSync(join(folder, name), { force: true });
  }
}

const numbersIn = (folder: string): readonly number[] =>
  namesIn(folder).flatMap((name) => (/^[1-9]\d*$/.test(name) ? [Number(name)] : []));

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function identityAt(path: string): ProcessIdentity | undefined {
  const [pid, startedAt] = readFileIfAny(path)?.split('\n') ?? [];
  return Number(pid) > 0 && startedAt !== undefined && startedAt !== '' ? { pid: Number(pid), startedAt } : undefined;
}

/** Of a process that a signal ended, a shell tells 128 and its number. */
function endAt(path: string): LifeEnd | undefined {
  const text = readFileIfAny(path)?.trim();
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const code = Number(text);
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  return signal === undefined ? { exitCode: code } : { exitCode: undefined, signal };
}
