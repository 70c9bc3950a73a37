/** The use cases of the hub. */

export {
  addMember,
  createChannel,
  listChannels,
  listMembers,
  markRead,
  removeMember,
  showChannel,
} from './channels.ts';
export type { HubDeps } from './deps.ts';
export { createIdentify, type Caller, type Identify } from './identify.ts';
export { createKey, listKeys, revokeKey } from './keys.ts';
export { deleteMessage, editMessage, react, readHistory, sendMessage } from './messages.ts';
export { createPrincipal, listPrincipals, renamePrincipal, showPrincipal } from './principals.ts';
