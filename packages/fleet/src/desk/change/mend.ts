/**
 * What somebody set up by hand is put right, as far as it was asked for: only what is named is touched, and all of it
 * was kept before. Each part may be repeated; what is taken away goes last, when it is where it is to be.
 */

import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { isReachedPlainly } from '@perdure/home';
import { mendsChannel, mendsService } from '../../core/adopt/remedies.ts';
import { keepFiles, markHome, markName, putFilesBack } from '../../home/index.ts';
import { isMemberTaken, mendSettings, secretsFile, settingsFile, textIn, variablesFile } from '../../openclaw/index.ts';
import type { StepWork } from '../ports.ts';
import { copyShips, validateSettings } from '../remake.ts';
import { readSecrets } from '../secrets.ts';
import type { Kind } from './kind.ts';
import { clearAuthFiles, closeLooseFiles, moveNotes, replacePlugin } from './mend-files.ts';
import { mendingOf } from './mending.ts';
import { mendSecrets } from './mend-secrets.ts';

export const mend: Kind = {
  words: ({ mends }) => `what was wrong with it put right (${(mends?.findings ?? []).join(', ')})`,
  async check(work) {
    const { gateway, deps, spec } = work;
    const { findings, kept } = mendingOf(gateway);
    checkHomeFiles(work);
    const isKept = await deps.keeper.keep(spec, kept);
    if (!isKept && gateway.wanted === 'up') {
      throw new PerdureError(
        'conflict',
        `How the process of ${gateway.handle} was started cannot be seen here, so it could not be started again as it was: stop it first (\`perdure family stop ${gateway.handle}\`), and mend it then.`,
      );
    }
    return `${gateway.handle} can be mended: ${findings.join(', ')}`;
  },
  async apply(work) {
    const { gateway, deps, spec, note } = work;
    const { home } = gateway;
    const { findings, kept, files, runner } = mendingOf(gateway);
    keepFiles(home, kept, { paths: pathsOf(work), modes: ['.', ...files.loose] });
    const told = await mendSecrets(work);
    if (mendsChannel(findings)) {
      replacePlugin(home);
      copyShips(work);
    }
    if (findings.includes('auth_files')) clearAuthFiles(home, files.auth);
    if (findings.includes('files_not_read')) moveNotes(join(home, files.workspace));
    if (findings.includes('loose_files')) closeLooseFiles(home, files.loose);
    if (mendsService(findings)) {
      await deps.keeper.takeAway({ ...spec, ...(runner !== undefined && { runner }) }, kept);
      await note({ runner: null, vaultId: await deps.hub.ensureVault(gateway.principalId) });
      markHome(gateway);
    }
    await checkSettings(work);
    return [`${gateway.handle} is mended: ${findings.join(', ')}`, ...told].join('; ');
  },
  async putBack(work) {
    const { gateway, deps, spec, note } = work;
    const { findings, kept, runner, keyId } = mendingOf(gateway);
    await deps.keeper.putBack(spec, kept);
    const isBack = putFilesBack(gateway.home, kept);
    // One that it was given for this, though that may not be written down; a key that it had stays what it is.
    if (keyId === undefined && mendsChannel(findings)) await deps.hub.revokeKeys(gateway.principalId);
    await note({ runner: runner ?? null, keyId: keyId ?? null });
    return isBack ? `${gateway.home} is as it was, of what was touched` : `${gateway.home} is as it was`;
  },
};

function pathsOf({ gateway, deps }: StepWork): readonly string[] {
  const { files } = mendingOf(gateway);
  const notes = ['AGENTS.md', 'TOOLS.md', 'HEARTBEAT.md'].map((name) => join(files.workspace, name));
  const ours = ['extensions/sesame', ...deps.ships.skills.map((skill) => join('skills', basename(skill)))];
  return [settingsFile, variablesFile, secretsFile, markName, ...files.auth, ...ours, ...notes];
}

/** @throws PerdureError `conflict` where something of theirs would be lost */
function checkHomeFiles({ gateway, deps }: StepWork): void {
  const { home, port } = gateway;
  const { findings, files } = mendingOf(gateway);
  const refuse = (why: string): PerdureError => new PerdureError('conflict', `${home} is not mended: ${why}`);
  const text = textIn(home, settingsFile);
  const of = { home, findings, hubUrl: deps.hubUrl, port, modelProvider: undefined };
  if (text === undefined || mendSettings(text, of) === undefined) {
    throw refuse('its openclaw.json cannot be changed so that all else in it stays; change it by hand.');
  }
  if (isMemberTaken(text, home))
    throw refuse('secrets.providers.member in its settings is somebody else’s; rename it.');
  if (lstatSync(join(home, secretsFile), { throwIfNoEntry: false }) !== undefined && readSecrets(home) === undefined) {
    throw refuse(`${secretsFile} is there, and is not ours; move it away.`);
  }
  if (lstatSync(join(home, variablesFile), { throwIfNoEntry: false })?.isFile() === false) {
    throw refuse(`${variablesFile} is no plain file, and what it says would be lost; put the file itself there.`);
  }
  if (findings.includes('files_not_read') && !isReachedPlainly(home, join(files.workspace, 'AGENTS.md'))) {
    throw refuse(`its workspace ${files.workspace} is behind a link; move the text of TOOLS.md by hand.`);
  }
  for (const folder of ['extensions', 'skills', 'logs', 'workspace']) {
    const isLink = lstatSync(join(home, folder), { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (isLink) throw refuse(`${folder} in it is a link, and nothing is changed behind one; move the folder there.`);
  }
}

/**
 * Of one that is started its start tells. OpenClaw itself cannot, before: of a home that had another plugin it says
 * that settings cannot be checked until that was upgraded, which the next start does.
 *
 * @throws PerdureError where OpenClaw does not take them
 */
async function checkSettings(work: StepWork): Promise<void> {
  const { gateway } = work;
  if (gateway.wanted === 'down' && mendsChannel(mendingOf(gateway).findings)) await validateSettings(work);
}
