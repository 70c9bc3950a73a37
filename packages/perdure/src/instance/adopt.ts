/** What `perdure up` is told of a copied state root. */

import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { adoptRoot, lookAtRoot } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { locatePlace, type Place } from '../cli/place.ts';
import type { Rim } from '../cli/rim.ts';
import { shellWord } from '../text/format.ts';

export interface AdoptOptions extends CommonOptions {
  /** Of a copy: it is the root from now on. */
  readonly takeOver?: boolean;
  /** Of a copy: it is another root. */
  readonly asCopy?: boolean;
  /** The folder of the definitions. */
  readonly project?: string;
}

/** A copy of a state root is one of two things, and only a person knows which. */
export function adoptAsAsked(rim: Rim, options: AdoptOptions): void {
  const { takeOver = false, asCopy = false } = options;
  if (!takeOver && !asCopy) return;
  if (takeOver && asCopy) throw new PerdureError('usage', 'Give --take-over or --as-copy, not both.');
  const place = locatePlace(rim, options);
  const { root } = place.paths;
  if (options.project === undefined && (rim.env['PERDURE_PROJECT'] ?? '') === '')
    refuseOtherProject(place, takeOver ? '--take-over' : '--as-copy');
  if (adoptRoot(root, takeOver ? 'take_over' : 'copy')) return;
  const flag = takeOver ? '--take-over' : '--as-copy';
  throw new PerdureError('usage', `${root} is no copy of a state root: start it without ${flag}.`);
}

/**
 * A root that lies in no project takes the working folder for it. Of a copy that would be wherever somebody happens to
 * stand, and its runs would find none of their pipelines.
 */
function refuseOtherProject({ paths: { root }, project, homeFlag }: Place, flag: string): void {
  const verdict = lookAtRoot(root);
  if (verdict.kind !== 'copy' || basename(root) === '.perdure') return;
  const { path: original } = verdict.stamp;
  const own = dirname(original);
  if (basename(original) !== '.perdure' || own === project) return;
  const isThere = existsSync(own);
  const holdsDefinitions = ['agents', 'pipelines', 'tools'].some((name) => existsSync(join(project, name)));
  if (!isThere && holdsDefinitions) return;
  const go = isThere ? `start it in ${own}` : 'start it in the folder that holds its agents, pipelines and tools';
  throw new PerdureError(
    'usage',
    `${root} is a copy of ${original}, and ${project} is not the project of that: ${go}, or name it: \`perdure up ${flag} --project ${isThere ? shellWord(own) : '<folder>'}${homeFlag}\`.`,
  );
}
