/**
 * `perdure status`: whether it runs here, and how its parts are. Not running is an answer with an exit code, not an
 * error.
 */

import {
  compact,
  errorCatalogue,
  isPerdureError,
  problemText,
  type DefinitionProblem,
  type Health,
} from '@perdure/contract';
import { isSameProcess, publicFacts, readInstance, type EndedPart, type PublicAccess } from '@perdure/home';
import { createClient } from '@perdure/sdk';
import { elsewhereText, runningElsewhere } from '../cli/elsewhere.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findPlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { connectHere } from '../client/connect.ts';
import { formatDuration, printable } from '../text/format.ts';
import { paintFor, type Paint } from '../text/paint.ts';
import { formatTable } from '../text/table.ts';
import { publicRows } from './public.ts';

const notReachable = errorCatalogue.unreachable.exitCode;
/** A server asks its parts for at most 4 s; one that takes longer hangs, which is when people ask for the status. */
const patienceMs = 5_000;

export interface StatusOptions extends CommonOptions {
  /** A part that is not well counts, too: for who watches it with a script. */
  readonly strict?: boolean;
}

export async function status(rim: Rim, options: StatusOptions): Promise<number> {
  const { paths, source, homeFlag } = findPlace(rim, options);
  const instance = readInstance(paths);
  const where = { home: paths.root, homeSource: source };
  if (instance.kind !== 'running') {
    const elsewhere = runningElsewhere(rim, paths.root);
    printData(rim, options, compact({ running: false, ...where, elsewhere }), () =>
      [
        `Not running on ${paths.root}.`,
        `Start it with: perdure up${homeFlag}`,
        ...(elsewhere === undefined ? [] : [elsewhereText(rim, paths.root)]),
      ].join('\n'),
    );
    return notReachable;
  }
  const { url, pid, port, processes, ended = {}, public: access } = instance.info;
  const parts = Object.fromEntries(Object.entries(processes).map(([name, part]) => [name, part.pid]));
  const [health, leftOut] = await Promise.all([readHealth(url), readProblems(rim, options)]);
  const isWell = health !== undefined && health.status !== 'down';
  // The launcher starts again what has ended, and tells the new process when it is ready.
  const gone = Object.entries(processes).filter(([, part]) => !isSameProcess(part));
  const starting = isWell ? [] : gone.map(([name]) => name);
  const now = rim.now();
  const reached = access === undefined ? undefined : { ...access, ...publicFacts(access, now) };
  const found = compact({ running: true, ...where, url, public: reached, pid, processes: parts, health, leftOut });
  const shown = { url, port, access, pid, processes: parts, root: paths.root, health, leftOut, starting, ended, now };
  printData(rim, options, { ...found, starting, ended }, (columns) =>
    statusText(shown, { paint: paintFor(rim.env, rim.stdout), columns }),
  );
  if (health === undefined) return notReachable;
  const isEnough = options.strict === true ? health.status === 'ok' : health.status !== 'down';
  return isEnough ? 0 : errorCatalogue.unavailable.exitCode;
}

/** Undefined while the server does not answer, as during a start of it. */
async function readHealth(url: string): Promise<Health | undefined> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await createClient({ url, key: '' }).health({}, { signal: patience });
  } catch (error) {
    if (patience.aborted || isPerdureError(error, 'unreachable') || isPerdureError(error, 'timeout')) return undefined;
    throw error;
  }
}

/** What the worker had to leave out; none where the server cannot be asked, which is told otherwise. */
async function readProblems(rim: Rim, options: CommonOptions): Promise<readonly DefinitionProblem[]> {
  try {
    return (await connectHere(rim, options).listProblems({}, { signal: AbortSignal.timeout(patienceMs) })).data;
  } catch {
    return [];
  }
}

interface InstanceState {
  readonly url: string;
  readonly port: number;
  readonly access: PublicAccess | undefined;
  readonly pid: number;
  /** Pid of each process that it started, by name. */
  readonly processes: Readonly<Record<string, number>>;
  readonly root: string;
  readonly health: Health | undefined;
  readonly leftOut: readonly DefinitionProblem[];
  /** Parts that are being started again. */
  readonly starting: readonly string[];
  readonly ended: Readonly<Record<string, EndedPart>>;
  readonly now: number;
}

interface StatusTextOptions {
  readonly paint: Paint;
  /** Columns of the terminal; undefined: there is none. */
  readonly columns: number | undefined;
}

function statusText(shown: InstanceState, { paint, columns }: StatusTextOptions): string {
  const { health, starting, access, port, now } = shown;
  const state = starting.length > 0 ? 'starting' : (health?.status ?? 'not answering');
  const processes = Object.entries(shown.processes).map(([name, pid]) => `${name} ${pid}`);
  const head = [
    ['Status', paint(state === 'ok' ? 'green' : 'yellow', state)],
    ['Address', shown.url],
    ...(access === undefined ? [] : publicRows(access, { port, now, paint })),
    ['State', shown.root],
    ['Process', String(shown.pid)],
    ['Parts', processes.join(', ')],
    ...shown.leftOut.map((problem) => ['Left out', printable(problemText(problem))]),
    ...Object.entries(shown.ended).map(([name, { at, why }]) => [
      'Ended',
      `${name}, ${formatDuration(Math.max(0, now - Date.parse(at)))} ago, and started again: ${printable(why)}`,
    ]),
  ];
  const parts = Object.entries(compact({ ...health?.parts })).map(([name, { status: found, detail }]) => [
    `  ${name}`,
    ...(found === 'down' && starting.includes(name)
      ? ['starting', 'It has ended and is being started again.']
      : [found, detail]),
  ]);
  return [...formatTable(head, { columns }), ...formatTable(parts, { columns })].join('\n');
}
