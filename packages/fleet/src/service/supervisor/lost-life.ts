/**
 * A gateway that runs while what we had written of it is gone: somebody emptied `run`, a file was damaged, a copied
 * state root took over. It is known by the mark and the home in its environment, so it is written down again; else a
 * second one would be started beside it, and nobody would ever stop the first.
 *
 * Surprise: where there is no `/proc` no process shows its environment, and none is found.
 */

import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, identityOf, makeFolder, processExecutable, processWords } from '@perdure/home';
import type { ServiceSpec } from '../../core/ports.ts';
import { textOf } from '../../openclaw/marked.ts';
import { keeperName } from './keeper.ts';
import { markName } from './kin.ts';
import { lastLife, type Life } from './lives.ts';
import { newUnit, type Unit, type UnitFolder } from './unit-files.ts';

/** The unit of a gateway that runs in this home, written down again; undefined: none does. */
export function lostUnit(
  files: UnitFolder,
  { handle, home, port, program, accountHome }: ServiceSpec,
): Unit | undefined {
  const [found] = keepers((environment) => environment.has(`OPENCLAW_STATE_DIR=${home}`));
  if (found === undefined) return undefined;
  const spec = { handle, home, port, program: { node: program.node, entry: program.entry }, accountHome };
  const unit: Unit = { ...newUnit(spec), id: found.mark, wanted: 'up' };
  files.writeUnit(unit);
  return unit;
}

/** The last life, also of one of which nothing, or only half, is written any more. */
export function knownLife(files: UnitFolder, unit: Unit): Life | undefined {
  const folder = files.livesOf(unit);
  const life = lastLife(folder);
  if (life !== undefined && (life.gateway !== undefined || life.end !== undefined)) return life;
  const [keeper] = keepers((environment) => environment.has(`${markName}=${unit.id}`));
  if (keeper === undefined || (life !== undefined && life.keeper.pid !== keeper.pid)) return life;
  const gateway = childOf(keeper);
  if (gateway === undefined) return life;
  makeFolder(folder, 0o700);
  // The life itself last: nobody may take it for one that has no gateway yet.
  note(join(folder, `${keeper.life}.child`), gateway);
  note(join(folder, keeper.life), keeper.pid);
  return lastLife(folder);
}

interface Keeper {
  readonly pid: number;
  /** Of its service. */
  readonly mark: string;
  /** The number of the life that it keeps. */
  readonly life: string;
  /** What it runs. */
  readonly program: string;
}

/** Shells that keep a life, whoever began it, by what stands in their environment. */
function keepers(isWanted: (environment: ReadonlySet<string>) => boolean): readonly Keeper[] {
  return pids().flatMap((pid) => {
    // `sh -c <script> <name> <folder of lives> <number> <program>`.
    const [, , , name, , life = '', program = ''] = processWords(pid);
    if (name !== keeperName || !/^[1-9]\d*$/.test(life) || placeOf(pid).session !== pid) return [];
    const environment = textOf(`/proc/${pid}/environ`).split('\0');
    const mark = environment.find((one) => one.startsWith(`${markName}=`))?.slice(markName.length + 1);
    return mark !== undefined && uuid.test(mark) && isWanted(new Set(environment))
      ? [{ pid, mark, life, program }]
      : [];
  });
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** The gateway: by its program, since a shell runs others for a moment. */
function childOf({ pid: keeper, program }: Keeper): number | undefined {
  const path = realpathSync(program);
  return pids().find((pid) => placeOf(pid).parent === keeper && processExecutable(pid) === path);
}

const pids = (): readonly number[] =>
  process.platform === 'linux'
    ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
    : [];

function placeOf(pid: number): { readonly parent: number; readonly session: number } {
  const stat = textOf(`/proc/${pid}/stat`);
  // Behind the name: state, parent, group, session.
  const [, parent, , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(parent), session: Number(session) };
}

function note(path: string, pid: number): void {
  const identity = identityOf(pid);
  if (identity !== undefined) createFile(path, `${identity.pid}\n${identity.startedAt}\n`);
}
