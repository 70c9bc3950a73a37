/**
 * What is ours in a home that somebody has edited or damaged: looked at first, so that it can be told what differs, and
 * then made as it is to be. What others have put beside it stays.
 */

import { PerdureError } from '@perdure/contract';
import type { GatewayRecord } from '../../core/gateway.ts';
import type { Difference } from '../../core/repair.ts';
import { markName, stateOfHome } from '../../home/index.ts';
import type { StepWork } from '../ports.ts';
import { folder } from './folder.ts';
import { entryAt } from './found.ts';
import type { LookWork, Part } from './part.ts';
import { secretFile } from './secret-file.ts';
import { settingsFile } from './settings-file.ts';
import { shipped } from './shipped.ts';
import { workspaceFiles } from './workspace-files.ts';

/** Secrets first: whether others could read them is seen by the home as it was. */
const parts: readonly Part[] = [secretFile, folder, shipped, settingsFile, workspaceFiles];

/** What differs in the home of a gateway; nothing is changed. @throws as `refuseStrange` */
export async function lookAtHome(
  deps: LookWork['deps'],
  { gateway, isFresh }: Pick<LookWork, 'gateway' | 'isFresh'>,
): Promise<readonly Difference[]> {
  refuseStrange(gateway);
  const found: Difference[] = [];
  for (const part of parts) found.push(...(await part.look({ deps, gateway, isFresh })));
  return found;
}

/** @throws as `refuseStrange` */
export async function repairHome(work: StepWork, { isFresh }: Pick<LookWork, 'isFresh'>): Promise<void> {
  refuseStrange(work.gateway);
  for (const part of parts) await part.make({ ...work, isFresh });
}

/** @throws PerdureError `conflict` where its home is not ours to touch, with what to do */
export function refuseStrange({ home, handle, principalId }: GatewayRecord): void {
  const state = stateOfHome({ home, principalId });
  if (state === 'ours') return;
  if (state === 'absent') {
    throw new PerdureError(
      'conflict',
      `${home} is gone, so nothing of it can be repaired: \`perdure family deprovision ${handle} --yes\`, and then \`perdure family restore ${handle}\` where an archive is there.`,
    );
  }
  const { kind } = entryAt(home);
  throw new PerdureError(
    'conflict',
    kind === 'folder'
      ? `${home} does not carry the mark of ${handle}, ${markName}, so it is not touched. If it is its home, put that file there again, with {"principalId":"${principalId}"} in it; else move the folder away.`
      : `${home} is ${kind === 'link' ? 'a link' : 'no folder'}, so it is not touched: put the home of ${handle} itself there.`,
  );
}
