/** `perdure skills install`: the skills that ship, in the folder in which a tool looks for them. */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { Rim } from '../cli/rim.ts';
import { addLine } from './agents-line.ts';
import { isOnPath } from '../cli/on-path.ts';
import { placeFor, refuseChanged, report, type SkillsOptions } from './change-files.ts';
import { writeInside } from './inside.ts';
import { commandFolder } from '../cli/command-folder.ts';
import { shippedSkills } from './places.ts';
import { planInstall, recordName, recordOf } from './plan.ts';

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
  if (options.json !== true) warnWithoutCommand(rim);
  return 0;
}

/** Every page of a skill calls `perdure`. */
function warnWithoutCommand({ env, stderr }: Rim): void {
  if (isOnPath('perdure', env)) return;
  stderr.write(
    `perdure: The skills call \`perdure\`, which is not on PATH for whoever reads them: add ${commandFolder()} to it.\n`,
  );
}
