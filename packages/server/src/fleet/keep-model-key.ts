/** The key of the model of a member, into its vault. */

import { memberOf, familyOf, type FactDeps } from './member-facts.ts';
import { ensureVault, keepKey, type FleetVaultDeps } from './vaults.ts';

export interface ModelKey {
  readonly provider: string;
  readonly key: string;
  /** What has that name stays as it is. */
  readonly isBeside: boolean;
}

/** The reference to it. */
export async function keepModelKey(
  deps: FactDeps & FleetVaultDeps,
  principalId: string,
  { provider, key, isBeside }: ModelKey,
): Promise<string> {
  const { familyId, handle } = await memberOf(deps, principalId);
  const { createdBy: personId } = await familyOf(deps, familyId);
  const vaultId = await ensureVault(deps, { agent: { id: principalId, handle }, personId });
  return await keepKey(deps, { vaultId, name: provider, value: key, isBeside });
}
