/** Settings, secrets, plugin and skills made anew, as they are made for a new agent. */

import { refreshSecrets } from '../member-secrets.ts';
import { copyShips, validateSettings, writeSettings } from '../remake.ts';
import type { Kind } from './kind.ts';

export const settings: Kind = {
  words: ({ to: { model } }) => `${model === undefined ? '' : `the model ${model}, with `}settings and plugin anew`,
  check: async ({ gateway }) => `${gateway.handle} has the model ${gateway.model}`,
  async apply(work) {
    copyShips(work);
    await refreshSecrets(work);
    writeSettings(work);
    await validateSettings(work);
    return `${work.gateway.home} is made anew, and OpenClaw takes its settings`;
  },
};
