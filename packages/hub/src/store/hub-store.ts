/** The hub in the database of a state root: each write reads, lets the core decide and writes in one transaction. */

import type { Connection, GroupCommit } from '@perdure/db';
import type { HubStore } from '../core/ports.ts';
import { createAuditStore, createManage } from './audit-store.ts';
import { createChannelStore } from './channel-store.ts';
import { createFamilyStore } from './family/family-store.ts';
import { createKeyStore } from './key-store.ts';
import { createMessageStore } from './message-store.ts';
import { createPrincipalStore } from './principal-store.ts';
import { createSessionStore } from './session-store.ts';
import type { TaskTools } from './tasks/tools.ts';

/** `tasks`: for those of leads who provision new members; absent: they are given none. */
export function createHubStore(database: Connection, group: GroupCommit, tasks?: TaskTools): HubStore {
  const manage = createManage(database, group);
  return {
    principals: createPrincipalStore(database, manage),
    keys: createKeyStore(database, { group, manage }),
    sessions: createSessionStore(database, { group, manage }),
    channels: createChannelStore(database, { group, manage }),
    messages: createMessageStore(database, group),
    families: createFamilyStore(database, { group, manage, tasks }),
    audit: createAuditStore(database),
  };
}
