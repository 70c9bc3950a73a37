/** The home: settings, secrets, the channel plugin and skills. */

import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { makeFolder, replaceFile } from '@perdure/home';
import { claimHome, copyFolder, removeHome, stateOfHome, unpackHome } from '../../home/index.ts';
import { secretsFile, settingsOf } from '../../openclaw/index.ts';
import type { Step, StepWork } from '../ports.ts';
import { putAway } from '../put-away.ts';
import { readSecrets, writeSecrets } from '../secrets.ts';

export const home: Step = {
  async do(work) {
    const { deps, gateway } = work;
    const leftOut = await claim(work);
    for (const folder of ['extensions', 'skills', 'logs']) makeFolder(join(gateway.home, folder), 0o700);
    copyFolder(deps.ships.plugin, join(gateway.home, 'extensions', 'sesame'));
    for (const skill of deps.ships.skills) copyFolder(skill, join(gateway.home, 'skills', basename(skill)));
    await keepSecrets(work);
    replaceFile(join(gateway.home, 'openclaw.json'), settings(work));
    const problems = await deps.program(gateway.program).validate(gateway.home);
    if (problems.length > 0) {
      throw new PerdureError(
        'config_invalid',
        `OpenClaw does not take the settings of ${gateway.home}: ${problems.join('; ')}`,
      );
    }
    const less = leftOut === 0 ? '' : `; ${leftOut} links that led out of it, or no files, were left out`;
    return `${gateway.home} is made, and OpenClaw takes its settings${less}`;
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

/** Those that are there stay while the key is the one that was recorded: a gateway that runs has read them. */
async function keepSecrets({ deps, gateway, note }: StepWork): Promise<void> {
  const there = readSecrets(gateway.home);
  if (there !== undefined && gateway.keyId !== undefined) return;
  const { keyId, key } = await deps.hub.issueKey(gateway.principalId);
  const modelKey = await modelKeyOf(deps, gateway);
  writeSecrets(gateway.home, { hubKey: key, gatewayToken: there?.gatewayToken ?? deps.newSecret(), modelKey });
  await note({ keyId });
}

/** OpenClaw wants a text where a server wants no key. */
const noKey = 'none';

async function modelKeyOf(deps: StepWork['deps'], { credential, handle }: StepWork['gateway']): Promise<string> {
  if (credential.kind !== 'vault') return noKey;
  return await deps.hub.secret(credential.reference, `the model key of the gateway of ${handle}`);
}

function settings({ deps, gateway }: StepWork): string {
  const { home: folder, port, model } = gateway;
  const server = deps.modelServer(model);
  const made = settingsOf({
    home: folder,
    port,
    model,
    hubUrl: deps.hubUrl,
    isKeyless: gateway.credential.kind === 'unneeded',
    ...(server !== undefined && { modelServer: server }),
  });
  return `${JSON.stringify(made, undefined, 2)}\n`;
}
