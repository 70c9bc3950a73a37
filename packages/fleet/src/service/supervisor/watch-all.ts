/** All services that were installed, looked at again and again. */

import { boundLog } from '@perdure/home';
import type { ServiceSpec } from '../../core/ports.ts';
import { usualPace, type Pace } from '../../core/keep-up.ts';
import { serviceLog } from '../last-lines.ts';
import { unitFolder, unitHandles } from './unit-files.ts';
import { watchUnit, type WatchedUnit } from './watch-unit.ts';

export interface WatchAllDeps {
  readonly folder: string;
  readonly handedOff: (spec: ServiceSpec, pid: number) => Promise<boolean>;
  readonly log: (line: string) => void;
  readonly pace?: Pace;
  readonly everyMs?: number;
  readonly pollMs?: number;
  readonly now?: () => number;
}

export const usualPollMs = 50;

export interface Watching {
  of(handle: string): WatchedUnit;
  forget(handle: string): void;
  begin(): void;
  /** Resolves when nobody looks any more. What runs goes on. */
  end(): Promise<void>;
}

export function watchAll(deps: WatchAllDeps): Watching {
  const { folder, handedOff, log, pace = usualPace, everyMs = 1_000, pollMs = usualPollMs, now = Date.now } = deps;
  const units = new Map<string, WatchedUnit>();
  const ended = new AbortController();
  let clock: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const of = (handle: string): WatchedUnit => {
    const found = units.get(handle);
    if (found !== undefined) return found;
    const made = watchUnit(handle, unitFolder(folder, handle), {
      handedOff,
      pace,
      pollMs,
      now,
      log,
      signal: ended.signal,
    });
    units.set(handle, made);
    return made;
  };

  const lookAtAll = async (): Promise<void> => {
    const handles = unitHandles(folder);
    for (const gone of [...units.keys()].filter((one) => !handles.includes(one))) units.delete(gone);
    await Promise.all(
      handles.map(async (handle) => {
        const unit = unitFolder(folder, handle).readUnit();
        if (unit === undefined) return;
        boundLog(serviceLog(unit.spec.home));
        await of(handle).look();
      }),
    );
  };

  const again = async (): Promise<void> => {
    try {
      await lookAtAll();
    } catch (error) {
      log(`The gateways could not be looked at, which is tried again: ${String(error)}`);
    }
    if (!ended.signal.aborted) clock = setTimeout(goOn, everyMs).unref();
  };
  const goOn = (): void => {
    looking = again();
  };

  return {
    of,
    forget: (handle) => void units.delete(handle),
    begin() {
      clock ??= setTimeout(goOn, 0).unref();
    },
    async end() {
      ended.abort();
      clearTimeout(clock);
      await looking;
    },
  };
}
