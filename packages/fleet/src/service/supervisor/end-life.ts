/**
 * The end of a life: asked for, waited for while it finishes what it does, and forced in the end. Leaves nothing. Only
 * who still is that process is told or killed (M6).
 */

import { setTimeout as delay } from 'node:timers/promises';
import { isSameProcess, sendSignal } from '@perdure/home';
import { PerdureError } from '@perdure/contract';
import type { ProcessIdentity } from '../../core/gateway.ts';
import type { StopOptions } from '../../core/ports.ts';
import { kinOf } from './kin.ts';
import { lastLife, type Life } from './lives.ts';

export interface AskOptions extends StopOptions {
  /** Whether it says that it is finishing; one that does not is not waited for to the end. */
  readonly isDraining: () => Promise<boolean>;
  /** How long one that says nothing of the kind is waited for. */
  readonly obstinateMs: number;
  readonly pollMs: number;
}

export interface EndOptions extends AskOptions {
  readonly livesFolder: string;
  /** Of the service. */
  readonly mark: string;
}

export async function endLife(life: Life, options: EndOptions): Promise<'stopped' | 'killed'> {
  const gateway = await gatewayOf(life, options);
  const outcome = gateway === undefined ? 'stopped' : await askToEnd(gateway, options);
  await killKin(life, options);
  return outcome;
}

/** Kills what is left of a life, and waits until it is gone. @throws PerdureError `timeout` where something stays */
export async function killKin(life: Life, { mark, pollMs }: Pick<EndOptions, 'mark' | 'pollMs'>): Promise<void> {
  const seen = new Map<number, ProcessIdentity>();
  const deadline = performance.now() + killWithinMs;
  for (;;) {
    // Who was in the session is ours still when its leader is gone.
    for (const one of [...kinOf({ keeper: life.keeper, mark }), ...known(life)]) seen.set(one.pid, one);
    const left = [...seen.values()].filter(isSameProcess);
    if (left.length === 0) return;
    if (performance.now() > deadline) throw unending(left);
    // The whole group at once: nothing in it can be made while it is killed.
    if (isSameProcess(life.keeper)) sendSignal(-life.keeper.pid);
    for (const one of left) if (isSameProcess(one)) sendSignal(one.pid);
    await delay(pollMs);
  }
}

const killWithinMs = 10_000;

const known = ({ keeper, gateway }: Life): readonly ProcessIdentity[] =>
  [keeper, gateway].filter((one) => one !== undefined);

/** A life that has just begun has no gateway yet: it is there in a moment, or is nowhere written down. */
async function gatewayOf(
  life: Life,
  { livesFolder, pollMs, obstinateMs }: EndOptions,
): Promise<ProcessIdentity | undefined> {
  const deadline = performance.now() + obstinateMs;
  let found = life.gateway;
  while (found === undefined && isSameProcess(life.keeper) && performance.now() < deadline) {
    await delay(pollMs);
    const again = lastLife(livesFolder);
    if (again?.number !== life.number) break;
    found = again.gateway;
  }
  return found !== undefined && isSameProcess(found) ? found : undefined;
}

/** `killed`: it is to be, for the time is up. */
export async function askToEnd(gateway: ProcessIdentity, options: AskOptions): Promise<'stopped' | 'killed'> {
  const { graceMs, signal, isDraining, obstinateMs, pollMs } = options;
  const askedAt = performance.now();
  let heardAt = askedAt;
  let isObstinate = false;
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    const at = performance.now();
    if (await isDraining().catch(() => false)) heardAt = performance.now();
    // Up to the question: while we stood still ourselves nobody was asked, so nobody was silent.
    else isObstinate = at - heardAt >= obstinateMs;
    asking = undefined;
  };
  if (isSameProcess(gateway)) sendSignal(gateway.pid, 'SIGTERM');
  for (;;) {
    if (!isSameProcess(gateway)) return 'stopped';
    if (isObstinate || performance.now() - askedAt >= graceMs) return 'killed';
    signal?.throwIfAborted();
    asking ??= ask();
    await delay(pollMs);
  }
}

export function unending(left: readonly ProcessIdentity[]): PerdureError {
  const pids = left.map(({ pid }) => pid).join(', ');
  return new PerdureError(
    'timeout',
    `The processes ${pids} of a gateway do not end, though they were killed: the system holds them, often for a disk that does not answer; look at that, and stop the gateway again.`,
  );
}
