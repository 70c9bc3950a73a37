/** The home: settings, secrets, the channel plugin and skills. Whether OpenClaw takes them, its start tells. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { claimHome, removeHome, stateOfHome, unpackHome } from '../../home/index.ts';
import { secretsFile } from '../../openclaw/index.ts';
import { ensureSecrets } from '../member-secrets.ts';
import type { Step, StepWork } from '../ports.ts';
import { putAway } from '../put-away.ts';
import { ensureTools } from '../tools.ts';
import { copyShips, writeSettings } from '../remake.ts';

export const home: Step = {
  async do(work) {
    const { gateway } = work;
    const leftOut = await claim(work);
    copyShips(work);
    await ensureTools(work.deps, gateway);
    await ensureSecrets(work);
    writeSettings(work);
    const less = leftOut === 0 ? '' : `; ${leftOut} links that led out of it, or no files, were left out`;
    return `${gateway.home} is made${less}`;
  },
  async undo(work) {
    const { gateway } = work;
    if (stateOfHome(gateway) === 'strange') return `${gateway.home} is not ours: it is left as it is`;
    const program = work.deps.program(gateway.program);
    await program.endCommands(gateway.home);
    const archive = await putAway(work);
    await removeHome(gateway);
    await program.endCommands(gateway.home);
    return archive === undefined ? `there is no ${gateway.home}` : `${gateway.home} lies in ${archive}`;
  },
};

/** How much of an archive was left out. */
async function claim({ gateway }: StepWork): Promise<number> {
  const { restoredFrom: archive, principalId, home: whole } = gateway;
  let leftOut = 0;
  await claimHome(gateway, async (into) => {
    if (archive === undefined) return;
    leftOut = await unpackHome({ archive, principalId, into, home: whole });
    // Whatever an archive brings: keys of before open nothing any more.
    await rm(join(into, secretsFile), { recursive: true, force: true });
  });
  return leftOut;
}
