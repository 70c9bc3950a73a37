/** Another release of OpenClaw. What it makes of the state of a home an older one cannot read any more. */

import { copyShips, validateSettings } from '../remake.ts';
import type { Kind } from './kind.ts';

export const program: Kind = {
  words: ({ to: { program: to } }) => `OpenClaw ${to?.version ?? ''}`,
  check: async ({ gateway }) => `${gateway.handle} has OpenClaw ${gateway.program.version}`,
  async apply(work) {
    copyShips(work);
    await validateSettings(work);
    return `${work.gateway.handle} is for OpenClaw ${work.gateway.program.version} now`;
  },
};
