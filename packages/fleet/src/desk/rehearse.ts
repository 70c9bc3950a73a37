/**
 * Asks another release about the settings of a home, in a copy of what they are about: with the plugin and skills that
 * it would get, and with no secret in it.
 */

import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { entriesBelow, makeFolder, replaceFile } from '@perdure/home';
import type { GatewayProgram } from '../core/gateway.ts';
import { stateOfHome, trialHome, withTrialHome } from '../home/index.ts';
import { hasSettingsOf, movedSettings, settingsFolders } from '../openclaw/index.ts';
import type { StepWork } from './ports.ts';
import { copyShips } from './remake.ts';
import { writeSecrets } from './secrets.ts';

/** @throws PerdureError `config_invalid` where that release does not take them; nothing is changed */
export async function rehearse(work: StepWork, to: GatewayProgram): Promise<void> {
  const { deps, gateway } = work;
  const { handle, home } = gateway;
  if (stateOfHome(gateway) !== 'ours') {
    throw new PerdureError(
      'conflict',
      `${home} is not the home that was made for ${handle}, so nothing is changed in it.`,
    );
  }
  const program = deps.program(to);
  // Of a server that died in the middle of it.
  await program.endCommands(trialHome(gateway));
  const problems = await withTrialHome(gateway, async (folder) => {
    copyPart(home, folder);
    copyShips({ ...work, gateway: { ...gateway, home: folder } });
    writeSecrets(folder, { hubKey: standIn, gatewayToken: standIn, modelKey: standIn });
    return (await program.validate(folder)).map((problem) => problem.replaceAll(folder, home));
  });
  if (problems.length === 0) return;
  throw new PerdureError(
    'config_invalid',
    `OpenClaw ${to.version} would not take the settings of ${handle}: ${problems.join('; ')}. Nothing was changed; put that right, and try again.`,
  );
}

const standIn = 'none-of-a-rehearsal';

/** Larger files say nothing about settings: one that an agent has put beside them must not fill memory and disk. */
const mostBytes = 64 * 1024 * 1024;

function copyPart(home: string, folder: string): void {
  for (const path of pathsIn(home).filter(hasSettingsOf)) {
    if (lstatSync(join(home, path)).size > mostBytes) continue;
    makeFolder(dirname(join(folder, path)), 0o700);
    const content = readFileSync(join(home, path));
    const isSettings = !path.includes('/');
    const moved = isSettings ? movedSettings(content.toString(), { from: home, to: folder }) : content;
    replaceFile(join(folder, path), moved, { sync: false });
  }
}

/** What else is in a home may be large, and is no concern of its settings. */
function pathsIn(home: string): readonly string[] {
  const above = readdirSync(home, { withFileTypes: true });
  const folders = settingsFolders.filter((name) => above.some((entry) => entry.name === name && entry.isDirectory()));
  const below = folders.flatMap((name) => entriesBelow(join(home, name)));
  return [...above, ...below]
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(home, join(parentPath, name)));
}
