/** What is ours in a home: the plugin, skills, secrets and settings, made as they are to be. */

import { basename, join } from 'node:path';
import { PerdureError } from '@perdure/contract';
import { replaceFile } from '@perdure/home';
import type { GatewayRecord } from '../core/gateway.ts';
import { copyFolder } from '../home/index.ts';
import { settingsOf, type Json } from '../openclaw/index.ts';
import type { FleetDeskDeps, StepWork } from './ports.ts';
import { ensureFolder } from './repair/found.ts';

/** Each folder of ours is as it ships, and holds nothing else. Whatever else has its name is taken away. */
export function copyShips({ deps: { ships }, gateway: { home } }: Pick<StepWork, 'deps' | 'gateway'>): void {
  for (const folder of ['extensions', 'skills', 'logs']) ensureFolder(join(home, folder));
  copyFolder(ships.plugin, join(home, 'extensions', 'sesame'));
  for (const skill of ships.skills) copyFolder(skill, join(home, 'skills', basename(skill)));
}

export function madeSettings(
  deps: Pick<FleetDeskDeps, 'modelServer' | 'hubUrl'>,
  { home, port, model, credential, handle }: GatewayRecord,
): Json {
  if (model === '') {
    throw new PerdureError('invalid_input', `No model is named for ${handle}; name one, as provider/model.`);
  }
  const modelServer = deps.modelServer(model);
  return settingsOf({
    home,
    port,
    model,
    hubUrl: deps.hubUrl,
    isKeyless: credential.kind !== 'vault',
    ...(modelServer !== undefined && { modelServer }),
  });
}

export function writeSettings({ deps, gateway }: StepWork): void {
  const made = madeSettings(deps, gateway);
  replaceFile(join(gateway.home, 'openclaw.json'), `${JSON.stringify(made, undefined, 2)}\n`);
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
