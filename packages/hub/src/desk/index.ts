/** The use cases of the hub. */

export { hashOfKey, isSameHash } from './identify.ts';
export { addMember, removeMember } from './change-members.ts';
export { createChannel } from './create-channel.ts';
export { createKey } from './create-key.ts';
export { createPrincipal } from './create-principal.ts';
export { deleteMessage } from './delete-message.ts';
export type { HubDeps, PageOutcome } from './deps.ts';
export { downloadFile, type Download } from './download-file.ts';
export { deleteFile, listFiles, registerFile, reserveUpload, showFile, takeUpload } from './drive.ts';
export type { DriveDeps } from './drive-deps.ts';
export { editMessage } from './edit-message.ts';
export { createIdentify, ownerOfKey, sessionKeyOf, type Caller, type Identify } from './identify.ts';
export {
  changeFamily,
  createFamily,
  listFamilies,
  listFamilyHealth,
  reportFamilyHealth,
  showFamily,
} from './families.ts';
export { addFamilyMember, changeFamilyMember, listFamilyMembers, showFamilyMember } from './family-members.ts';
export { listAudit } from './list-audit.ts';
export { createLinks } from './links.ts';
export { listChannels } from './list-channels.ts';
export { listKeys } from './list-keys.ts';
export { listMembers } from './list-members.ts';
export { listPrincipals } from './list-principals.ts';
export { markRead } from './mark-read.ts';
export { react } from './react.ts';
export { readHistory } from './read-history.ts';
export { renamePrincipal } from './rename-principal.ts';
export { revokeKey } from './revoke-key.ts';
export { sendMessage } from './send-message.ts';
export { listSessions, offerSession, openSession, revokeSession } from './sessions.ts';
export { showChannel } from './show-channel.ts';
export { showPrincipal } from './show-principal.ts';
export { sweepDrive } from './sweep-drive.ts';
export {
  changeHubTask,
  createHubTask,
  listHubActivity,
  findOpenHubTasks,
  listHubTasks,
  showHubTask,
  tellOfHubTask,
  type HubTaskDeps,
} from './tasks.ts';
export type { VaultDeps } from './vault-deps.ts';
export { endGrant, endLends, grantItem, lendSecrets, listGrants, listWants, type LendDeps } from './vault-grants.ts';
export { deleteItem, listItems, putItem, rotateItem, showItem } from './vault-items.ts';
export { decideLease, listLeases, requestLease, showLease, useLease } from './vault-leases.ts';
export { manifest, wake } from './wake.ts';
export {
  addVaultMember,
  createVault,
  deleteVault,
  listVaultAudit,
  listVaultMembers,
  listVaults,
  rekeyVault,
  removeVaultMember,
  rotateRoot,
  showVault,
} from './vaults.ts';
