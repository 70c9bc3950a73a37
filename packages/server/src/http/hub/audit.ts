/** What was managed in the hub. */

import { listAudit, type HubDeps } from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { actorOf, pageReply } from './actor.ts';

export function auditHandlers(hub: HubDeps): Pick<Handlers, 'listAudit'> {
  return {
    listAudit: async ({ query }, call) => {
      const request = { ...pageOf(query), principalId: query.principalId };
      return pageReply(await listAudit(hub, actorOf(call), request));
    },
  };
}
