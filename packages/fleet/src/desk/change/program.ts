/** Another release of OpenClaw. What it makes of the state of a home an older one cannot read any more. */

import { existsSync } from 'node:fs';
import { PerdureError } from '@perdure/contract';
import type { GatewayChange, GatewayProgram } from '../../core/gateway.ts';
import { downgradeProblem } from '../../core/upgrade.ts';
import { rehearse } from '../rehearse.ts';
import { copyShips, validateSettings } from '../remake.ts';
import { changeIn, type Kind } from './kind.ts';

export const program: Kind = {
  words: ({ to: { program: to } }) => `OpenClaw ${to?.version ?? ''}`,
  async check(work) {
    const { gateway } = work;
    const change = changeIn(work);
    const { before } = change;
    const to = programIn(change);
    const older = downgradeProblem(gateway, { from: before.program.version, to: to.version });
    if (older !== undefined) throw new PerdureError('conflict', `${older}.`);
    if (!existsSync(to.entry))
      throw new PerdureError('not_found', `${to.entry} is not there any more; install it again.`);
    await rehearse(work, to);
    return `OpenClaw ${to.version} takes the settings of ${gateway.handle}, which has ${before.program.version}`;
  },
  async apply(work) {
    copyShips(work);
    await validateSettings(work);
    return `${work.gateway.handle} is for OpenClaw ${work.gateway.program.version} now`;
  },
};

/** @throws PerdureError where none is named */
function programIn({ to: { program: to } }: GatewayChange): GatewayProgram {
  if (to !== undefined) return to;
  throw new PerdureError('invalid_input', 'No release is named to which it is to be moved.');
}
