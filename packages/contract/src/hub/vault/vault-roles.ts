/** What somebody may be in a vault. Without a schema: the command line names them at every start. */

/** From the one that may do all to the one that may do least. */
export const vaultRoles = ['owner', 'admin', 'member', 'viewer'] as const;
export type VaultRole = (typeof vaultRoles)[number];
