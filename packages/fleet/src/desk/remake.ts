/** What is ours in a home: the plugin, skills, secrets and settings, made as they are to be. */

import { basename, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { makeFolder, replaceFile } from '@perdure/home';
import { copyFolder } from '../home/index.ts';
import { settingsOf } from '../openclaw/index.ts';
import type { StepWork } from './ports.ts';

export function copyShips({ deps: { ships }, gateway: { home } }: StepWork): void {
  for (const folder of ['extensions', 'skills', 'logs']) makeFolder(join(home, folder), 0o700);
  copyFolder(ships.plugin, join(home, 'extensions', 'sesame'));
  for (const skill of ships.skills) copyFolder(skill, join(home, 'skills', basename(skill)));
}

export function writeSettings({ deps, gateway }: StepWork): void {
  const { home, port, model, credential } = gateway;
  const modelServer = deps.modelServer(model);
  const made = settingsOf({
    home,
    port,
    model,
    hubUrl: deps.hubUrl,
    isKeyless: credential.kind === 'unneeded',
    ...(modelServer !== undefined && { modelServer }),
  });
  replaceFile(join(home, 'openclaw.json'), `${JSON.stringify(made, undefined, 2)}\n`);
}

/** @throws PerdureError `config_invalid` where OpenClaw does not take the settings */
export async function validateSettings({ deps, gateway }: StepWork): Promise<void> {
  const problems = await deps.program(gateway.program).validate(gateway.home);
  if (problems.length === 0) return;
  throw new PerdureError(
    'config_invalid',
    `OpenClaw does not take the settings of ${gateway.home}: ${problems.join('; ')}`,
  );
}
