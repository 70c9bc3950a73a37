/**
 * `perdure trust`: makes a folder that came from elsewhere the state root of this account on this machine, and shows
 * what is in it. Nothing of it is run: what is unfinished is held at the next start.
 */

import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isTaskClosed, PerdureError } from '@perdure/contract';
import { openConnection } from '@perdure/db';
import { adoptRoot, lookAtRoot } from '@perdure/home';
import { unfinishedRuns } from '@perdure/runs/store';
import { createTaskStore } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { locatePlace } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { formatTable } from '../text/table.ts';

export async function trust(rim: Rim, folder: string | undefined, options: CommonOptions): Promise<number> {
  const given = folder === undefined ? options : { ...options, home: resolve(rim.cwd, folder) };
  const { paths, project } = locatePlace(rim, given);
  if (lookAtRoot(paths.root).kind === 'new') {
    throw new PerdureError('not_found', `There is no state root at ${paths.root} to be trusted; name its folder.`);
  }
  const adopted = adoptRoot(paths.root, 'trust');
  const found = { ...(await recordIn(paths.database)), code: codeIn(project), settings: existsSync(paths.config) };
  printData(rim, options, { home: paths.root, adopted, ...found }, () => trustText(paths.root, adopted, found));
  return 0;
}

interface Found {
  readonly runs: readonly { readonly pipeline: string; readonly unfinished: number }[];
  readonly tasks: readonly { readonly id: string; readonly title: string; readonly project: string | undefined }[];
  /** Files of the project that are run by `perdure up` and by checks. */
  readonly code: readonly string[];
  /** Whether there is a `perdure.config.yaml`, which says whom models are asked of. */
  readonly settings: boolean;
}

/** Newest first; more than anybody reads. */
const mostTasks = 50;

async function recordIn(path: string): Promise<Pick<Found, 'runs' | 'tasks'>> {
  if (!existsSync(path)) return { runs: [], tasks: [] };
  const database = await openConnection({ path });
  try {
    const { data } = await createTaskStore(database).list({}, { limit: mostTasks, onUnreadable: () => undefined });
    const open = data.filter(({ desired_state: state }) => !isTaskClosed(state));
    return {
      runs: unfinishedRuns(database),
      tasks: open.map(({ task_id: id, title, project }) => ({ id, title, project })),
    };
  } finally {
    database.close();
  }
}

function codeIn(project: string): readonly string[] {
  return ['agents', 'pipelines', 'tools'].flatMap((name) => {
    const folder = join(project, name);
    return existsSync(folder) ? readdirSync(folder).map((entry) => join(folder, entry)) : [];
  });
}

function trustText(root: string, adopted: boolean, { runs, tasks, code, settings }: Found): string {
  const rows = [
    ...runs.map(({ pipeline, unfinished }) => ['  run', `${printable(pipeline)}: ${unfinished} unfinished, held`]),
    ...tasks.map(({ id, title, project }) => ['  task', printable(`${id}: ${title}${project && ` (${project})`}`)]),
    ...(code.length === 0
      ? []
      : [['  code', `of the project, run by \`perdure up\` and checks: ${printable(code.join(', '))}`]]),
    ...(settings ? [['  settings', 'perdure.config.yaml: `perdure config explain` shows what it sets']] : []),
  ];
  const head = adopted
    ? `${root} is a state root of this account on this machine now, with a key of its own.`
    : `${root} was made here: nothing had to be done.`;
  return [head, ...(rows.length === 0 ? [] : ['', 'In it:', ...formatTable(rows)])].join('\n');
}
