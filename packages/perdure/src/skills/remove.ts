/** `perdure skills remove`: takes out what was installed and is as it was. */

import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rim } from '../cli/rim.ts';
import { removeLine } from './agents-line.ts';
import { placeFor, refuseChanged, report, type SkillsOptions } from './change-files.ts';
import { shippedSkills } from './places.ts';
import { planRemove, recordName } from './plan.ts';

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

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error;
  }
}
