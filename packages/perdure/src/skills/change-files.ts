/**
 * What `install` and `remove` share: whose folder, what refuses, and what is told. All or nothing: where one file was
 * changed by somebody, none is written, unless forced.
 */

import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { placeOf, type SkillPlace, type ToolName } from './places.ts';
import type { FileChange } from './plan.ts';

export interface SkillsOptions extends CommonOptions {
  readonly for: ToolName;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export async function placeFor(rim: Rim, options: SkillsOptions): Promise<SkillPlace> {
  const { env, homedir } = rim;
  return placeOf(options.for, { project: await findProjectFolder(rim, options), homedir, env });
}

export function refuseChanged(
  changes: readonly FileChange[],
  { force, what }: { readonly force: boolean; readonly what: string },
): void {
  const files = changes.filter(({ change }) => change === 'changed').map(({ path }) => path);
  if (force || files.length === 0) return;
  const rest = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const message = `${files[0]}${rest} was changed by somebody and nothing was ${what}; move it away, or use --force.`;
  throw new PerdureError('conflict', message, { details: { files } });
}

export function report(
  rim: Rim,
  options: SkillsOptions,
  {
    changes,
    place,
    line,
  }: { readonly changes: readonly FileChange[]; readonly place: SkillPlace; readonly line: boolean },
): void {
  const done = changes.filter(({ change }) => change !== 'kept');
  const data = {
    for: options.for,
    dry_run: options.dryRun === true,
    files: done,
    agents_file: line ? place.agentsFile : null,
  };
  printData(rim, options, data, () => {
    const lines = done.map(({ path, change }) => `${change === 'changed' ? 'forced' : change}  ${path}`);
    if (line) lines.push(`line  ${place.agentsFile}`);
    if (lines.length === 0) return 'Nothing to do.';
    return [...lines, ...(options.dryRun === true ? ['Nothing was written: this was a dry run.'] : [])].join('\n');
  });
}
