/**
 * `perdure skills install` and `remove`: the skills that ship, in the folder in which a tool looks for them. All or
 * nothing: where one file was changed by somebody, none is written, unless forced.
 */

import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import { findProjectFolder } from '../cli/project-folder.ts';
import type { Rim } from '../cli/rim.ts';
import { addLine, removeLine } from './agents-line.ts';
import { writeInside } from './inside.ts';
import { placeOf, shippedSkills, type SkillPlace, type ToolName } from './places.ts';
import { planInstall, planRemove, recordName, recordOf, type FileChange } from './plan.ts';

export interface SkillsOptions extends CommonOptions {
  readonly for: ToolName;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

export async function installSkills(
  rim: Rim,
  options: SkillsOptions & { readonly agentsMd?: boolean },
): Promise<number> {
  const { dryRun = false, force = false } = options;
  const place = await placeFor(rim, options);
  const plans = shippedSkills(options.all === true).map((skill) => ({ skill, changes: planInstall(skill, place) }));
  const changes = plans.flatMap((plan) => plan.changes);
  refuseChanged(changes, { force, what: 'overwritten' });
  const line = options.agentsMd === true && addLine(place, { dryRun: true });
  if (!dryRun) {
    for (const { skill, changes: ofSkill } of plans) {
      const target = join(place.skills, skill.name);
      for (const { path, change } of ofSkill) {
        const source = join(skill.folder, path.slice(target.length + 1));
        if (change === 'delete' || (change === 'changed' && !skill.files.includes(path.slice(target.length + 1)))) {
          rmSync(path);
        } else if (change !== 'kept') {
          writeInside(place.base, path, readFileSync(source));
        }
      }
      writeInside(place.base, join(target, recordName), recordOf(skill, packageJson.version));
    }
  }
  if (line && !dryRun) addLine(place, { dryRun });
  report(rim, options, { changes, place, line });
  return 0;
}

export async function removeSkills(rim: Rim, options: SkillsOptions): Promise<number> {
  const { dryRun = false, force = false } = options;
  const place = await placeFor(rim, options);
  const plans = shippedSkills(options.all === true).map(({ name }) => ({ name, changes: planRemove(name, place) }));
  const changes = plans.flatMap((plan) => plan.changes);
  refuseChanged(changes, { force, what: 'removed' });
  const line = removeLine(place, { dryRun: true });
  if (!dryRun) {
    for (const { name, changes: ofSkill } of plans) {
      for (const { path } of ofSkill) rmSync(path);
      rmSync(join(place.skills, name, recordName), { force: true });
      const folders = new Set([...ofSkill.map(({ path }) => dirname(path)), join(place.skills, name)]);
      [...folders].toSorted((a, b) => b.length - a.length).forEach(removeEmpty);
    }
  }
  if (line && !dryRun) removeLine(place, { dryRun });
  report(rim, options, { changes, place, line });
  return 0;
}

async function placeFor(rim: Rim, options: SkillsOptions): Promise<SkillPlace> {
  return placeOf(options.for, { project: await findProjectFolder(rim, options), homedir: rim.homedir });
}

function refuseChanged(
  changes: readonly FileChange[],
  { force, what }: { readonly force: boolean; readonly what: string },
): void {
  const files = changes.filter(({ change }) => change === 'changed').map(({ path }) => path);
  if (force || files.length === 0) return;
  const rest = files.length > 1 ? ` and ${files.length - 1} more` : '';
  const message = `${files[0]}${rest} was changed by somebody and nothing was ${what}; move it away, or use --force.`;
  throw new PerdureError('conflict', message, { details: { files } });
}

function report(
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

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}
