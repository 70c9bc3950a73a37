/**
 * Our own service manager, where the system has none that OpenClaw takes. It keeps running what is to run, and is no
 * parent of it: gateways go on when this process ends, however it ends, and the next one knows them again.
 */

import { PerdureError } from '@perdure/contract';
import { makeFolder } from '@perdure/home';
import type { Readiness, ServiceManager, ServiceSpec, ServiceState, StopOptions } from '../../core/ports.ts';
import { newWatch, type Pace } from '../../core/keep-up.ts';
import { checkHome, checkSpec } from '../check-spec.ts';
import { lastLines } from '../last-lines.ts';
import { notInstalled } from '../refusals.ts';
import { endLife } from './end-life.ts';
import { handedOff } from './hand-off.ts';
import { claimForNobody, isOver } from './lives.ts';
import { knownLife, lostUnit } from './lost-life.ts';
import { newUnit, unitFolder, type Unit, type UnitFolder } from './unit-files.ts';
import { usualPollMs, watchAll } from './watch-all.ts';

export interface SupervisorDeps {
  /** Where it keeps what it knows; made where it is missing. */
  readonly folder: string;
  readonly readiness: (port: number) => Promise<Readiness>;
  readonly log: (line: string) => void;
  readonly handedOff?: (spec: ServiceSpec, pid: number) => Promise<boolean>;
  readonly pace?: Pace;
  /** How often it looks. */
  readonly everyMs?: number;
  readonly pollMs?: number;
  readonly obstinateMs?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

export interface Supervisor extends ServiceManager, AsyncDisposable {
  /** From now on what is to run is kept running, and what runs already is taken up. Gateways outlive the end of it. */
  watch(): void;
}

export function openSupervisor(deps: SupervisorDeps): Supervisor {
  const { folder } = deps;
  makeFolder(folder, 0o700);
  const watching = watchAll({ ...deps, handedOff: deps.handedOff ?? handedOff });

  return {
    kind: 'supervisor',
    nameOf: ({ handle }) => `perdure:${handle}`,
    async install(spec) {
      checkSpec(spec);
      checkHome(spec.home);
      const { files, unit } = unitOf(folder, spec);
      const { handle, home, port, program, accountHome } = spec;
      const plain = { handle, home, port, program: { node: program.node, entry: program.entry }, accountHome };
      files.writeUnit(unit === undefined ? newUnit(plain) : { ...unit, spec: plain });
    },
    async start(spec) {
      const { files, unit } = unitOf(folder, spec);
      if (unit === undefined) throw notInstalled(spec);
      files.writeUnit({ ...unit, wanted: 'up' });
      await watching.of(spec.handle).begin();
    },
    stop: async (spec, options) => await stopUnit(spec, options, deps),
    async remove(spec, options) {
      await stopUnit(spec, options, deps);
      watching.forget(spec.handle);
      unitOf(folder, spec).files.remove();
    },
    async state(spec) {
      const { files, unit } = unitOf(folder, spec);
      return unit === undefined ? { kind: 'absent' } : stateOf(files, unit);
    },
    async lastLines(spec, count) {
      checkSpec(spec);
      return lastLines(spec.home, count);
    },
    watch: () => watching.begin(),
    [Symbol.asyncDispose]: async () => await watching.end(),
  };
}

/** First it is not to run any more, then the next life is nobody's, then the last one is ended. */
async function stopUnit(
  spec: ServiceSpec,
  options: StopOptions,
  { folder, readiness, pollMs = usualPollMs, obstinateMs = 30_000 }: SupervisorDeps,
): Promise<'stopped' | 'killed'> {
  const { files, unit } = unitOf(folder, spec);
  if (unit === undefined) return 'stopped';
  files.writeUnit({ ...unit, wanted: 'down' });
  const livesFolder = files.livesOf(unit);
  knownLife(files, unit);
  claimForNobody(livesFolder);
  const life = knownLife(files, unit);
  if (life === undefined) return 'stopped';
  const isDraining = async () => (await readiness(unit.spec.port)) === 'draining';
  return await endLife(life, { ...options, livesFolder, mark: unit.id, isDraining, obstinateMs, pollMs });
}

/** @throws PerdureError `conflict` where another home has a service of this name */
function unitOf(folder: string, spec: ServiceSpec): { readonly files: UnitFolder; readonly unit: Unit | undefined } {
  checkSpec(spec);
  const files = unitFolder(folder, spec.handle);
  const unit = files.readUnit() ?? lostUnit(files, spec);
  if (unit === undefined || unit.spec.home === spec.home) return { files, unit };
  throw new PerdureError(
    'conflict',
    `The service ${spec.handle} is that of another home, ${unit.spec.home}, so it is left as it is; remove that one first, or choose another handle.`,
  );
}

function stateOf(files: UnitFolder, unit: Unit): ServiceState {
  const life = knownLife(files, unit);
  const { watch, untilWall } = files.readWatch() ?? { watch: newWatch, untilWall: undefined };
  const { restarts } = watch;
  if (life !== undefined && !isOver(life)) {
    return { kind: 'running', process: life.gateway ?? life.keeper, restarts };
  }
  if (unit.wanted === 'down') return { kind: 'stopped' };
  const end = (watch.kind === 'given_up' || watch.kind === 'resting' ? watch.end : undefined) ?? life?.end;
  const { exitCode, signal } = end ?? { exitCode: undefined };
  const nextAt = watch.kind === 'given_up' ? undefined : untilWall;
  return {
    kind: 'failed',
    exitCode,
    restarts,
    ...(signal !== undefined && { signal }),
    ...(nextAt !== undefined && { nextAt }),
  };
}
