/** It is nobody any more: no key opens, no lease is given. */

import type { Step } from '../ports.ts';

export const revoke: Step = {
  async do({ deps, gateway, note }) {
    await deps.hub.revokeKeys(gateway.principalId);
    if (gateway.vaultId !== undefined) await deps.hub.archiveVault(gateway.vaultId);
    await note({ keyId: null });
    return `no key of ${gateway.handle} opens anything any more, and its vault is put away`;
  },
};
