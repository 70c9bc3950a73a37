/** A new life of a service, if nobody else begins one at the same time (M5). */

import { closeSync } from 'node:fs';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, PerdureError } from '@perdure/contract';
import { makeFolder, openLog } from '@perdure/home';
import { gatewayArguments, supervisedEnvironment } from '../../openclaw/run.ts';
import { checkHome } from '../check-spec.ts';
import { serviceLog } from '../last-lines.ts';
import { killKin } from './end-life.ts';
import { startKeeper } from './keeper.ts';
import { markName } from './kin.ts';
import { forgetOld, isOver, lastLife, nextNumber } from './lives.ts';
import { knownLife } from './lost-life.ts';
import type { Unit, UnitFolder } from './unit-files.ts';

export interface BeginOptions {
  readonly pollMs: number;
  readonly log: (line: string) => void;
  /** It ended; only told while we are there. */
  readonly onEnd: () => void;
}

/** `no`: it is not to run any more. `elsewhere`: another one began it first, or it runs already. */
export type Beginning = 'begun' | 'no' | 'elsewhere';

/** @throws PerdureError where nothing can be run */
export async function beginLife(folder: UnitFolder, unit: Unit, options: BeginOptions): Promise<Beginning> {
  const { pollMs } = options;
  const livesFolder = folder.livesOf(unit);
  makeFolder(livesFolder, 0o700);
  knownLife(folder, unit);
  // In this order: who stops says first that it is not to run, and takes the next number then.
  const number = nextNumber(livesFolder);
  const now = folder.readUnit();
  if (now?.id !== unit.id || now.wanted === 'down') return 'no';
  const before = lastLife(livesFolder);
  if (before !== undefined && !isOver(before)) return 'elsewhere';
  checkHome(now.spec.home);
  if (before !== undefined) await killKin(before, { mark: unit.id, pollMs });
  const ended = runKeeper(now, { livesFolder, number, options });
  const isThere = async (): Promise<boolean> => {
    const life = lastLife(livesFolder);
    return life?.number === number && (life.gateway !== undefined || life.end !== undefined);
  };
  while (!(await isThere())) {
    if (await Promise.race([ended, delay(pollMs, false)])) {
      if (await isThere()) break;
      if (nextNumber(livesFolder) > number) return 'elsewhere';
      throw unwritten(unit, livesFolder);
    }
  }
  forgetOld(livesFolder);
  return 'begun';
}

/** The shell could not claim the life: else every look would begin one, and nobody would hear why none comes up. */
function unwritten({ spec }: Unit, livesFolder: string): PerdureError {
  return new PerdureError(
    'unavailable',
    `The gateway of ${spec.handle} could not be started: nothing can be written into ${livesFolder}. Make room on its disk, or see to the folder; it is tried again.`,
  );
}

interface Run {
  readonly livesFolder: string;
  readonly number: number;
  readonly options: BeginOptions;
}

/** Resolves to true when the keeper has ended; rejects where it could not be started. */
function runKeeper({ id, spec }: Unit, { livesFolder, number, options }: Run): Promise<boolean> {
  const { fd, problem } = openLog(serviceLog(spec.home));
  if (problem !== undefined) options.log(problem);
  try {
    const keeper = startKeeper({
      livesFolder,
      number,
      program: spec.program.node,
      arguments: gatewayArguments(spec),
      env: { ...supervisedEnvironment(spec, userInfo().username), [markName]: id },
      folder: spec.home,
      logFd: fd,
    });
    return once(keeper, 'exit').then(
      () => {
        options.onEnd();
        return true;
      },
      (error: unknown) => {
        throw new PerdureError(
          'unavailable',
          `The gateway of ${spec.handle} could not be started (${messageOf(error)}): the system gives no further process; it is tried again.`,
          { cause: error },
        );
      },
    );
  } finally {
    closeSync(fd);
  }
}
