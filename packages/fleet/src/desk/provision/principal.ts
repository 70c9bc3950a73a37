/** Who it is in the hub, and its vault. The key is issued where it is written down: it is shown once. */

import type { Step } from '../ports.ts';

export const principal: Step = {
  async do({ deps, gateway, note }) {
    await deps.hub.facts(gateway.principalId);
    const vaultId = await deps.hub.ensureVault(gateway.principalId);
    await note({ vaultId });
    return `${gateway.handle} is in the hub, with the vault ${gateway.handle}-main`;
  },
  /** The vault stays: people may have put something into it. */
  async undo({ deps, gateway, note }) {
    await deps.hub.revokeKeys(gateway.principalId);
    await note({ keyId: null });
    return `no key of ${gateway.handle} opens anything any more`;
  },
};
