/** The hub over HTTP. */

import type { Dependencies } from '../dependencies.ts';
import { auditHandlers } from './audit.ts';
import { channelHandlers } from './channels.ts';
import { familyHandlers, familyMemberHandlers, wakeHandlers } from './families.ts';
import { driveHandlers } from './drive.ts';
import { gatewayHandlers } from './gateways.ts';
import { messageHandlers } from './messages.ts';
import { principalHandlers } from './principals.ts';
import { sessionHandlers } from './sessions.ts';
import { hubTaskHandlers } from './tasks.ts';
import { upgradeHandlers } from './upgrades.ts';
import { vaultGrantHandlers } from './vault-grants.ts';
import { vaultItemHandlers, vaultLeaseHandlers } from './vault-items.ts';
import { vaultHandlers } from './vaults.ts';

type HubDependencies = Pick<Dependencies, 'hub' | 'hubTasks' | 'drive' | 'vault' | 'catalogue' | 'signIn' | 'fleet'>;

export function hubHandlers(deps: HubDependencies) {
  const { hub, hubTasks, drive, vault, catalogue, fleet } = deps;
  return {
    ...principalHandlers(hub),
    ...sessionHandlers(deps),
    ...channelHandlers(hub),
    ...messageHandlers(hub),
    ...familyHandlers(hub, hubTasks),
    ...familyMemberHandlers(hub, fleet),
    ...gatewayHandlers(hub, fleet, hubTasks),
    ...upgradeHandlers(hub, fleet),
    ...wakeHandlers(hub, hubTasks),
    ...hubTaskHandlers(hubTasks),
    ...auditHandlers(hub),
    ...driveHandlers(drive),
    ...vaultHandlers(vault),
    ...vaultItemHandlers(vault),
    ...vaultLeaseHandlers(vault),
    ...vaultGrantHandlers(vault, catalogue),
  };
}
