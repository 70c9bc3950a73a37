/** Principals and their keys. */

import {
  createKey,
  createPrincipal,
  listKeys,
  listPrincipals,
  renamePrincipal,
  revokeKey,
  showPrincipal,
  type HubDeps,
} from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers } from '../table.ts';
import { accepted, actorOf, pageReply } from './actor.ts';

type PrincipalRoute = 'whoAmI' | 'listPrincipals' | 'createPrincipal' | 'getPrincipal' | 'changePrincipal';
type KeyRoute = 'listKeys' | 'createKey' | 'revokeKey';

export function principalHandlers(hub: HubDeps): Pick<Handlers, PrincipalRoute | KeyRoute> {
  return {
    whoAmI: async (_input, call) => ({ status: 200, body: { data: actorOf(call) } }),
    listPrincipals: async ({ query }, call) => {
      return pageReply(await listPrincipals(hub, actorOf(call), pageOf(query)));
    },
    createPrincipal: async ({ body }, call) => {
      const { principal } = accepted(await createPrincipal(hub, actorOf(call), body));
      return { status: 201, body: { data: principal } };
    },
    getPrincipal: async ({ params: { principalId } }, call) => {
      const { principal } = accepted(await showPrincipal(hub, actorOf(call), principalId));
      return { status: 200, body: { data: principal } };
    },
    changePrincipal: async ({ params: { principalId }, body: { displayName } }, call) => {
      const { principal } = accepted(await renamePrincipal(hub, actorOf(call), { principalId, displayName }));
      return { status: 200, body: { data: principal } };
    },
    listKeys: async ({ params: { principalId } }, call) => {
      const { keys } = accepted(await listKeys(hub, actorOf(call), principalId));
      return { status: 200, body: { data: [...keys] } };
    },
    createKey: async ({ params: { principalId }, body: { label } }, call) => {
      const { key } = accepted(await createKey(hub, actorOf(call), { principalId, label }));
      return { status: 201, body: { data: key } };
    },
    revokeKey: async ({ params: { keyId } }, call) => {
      const { key } = accepted(await revokeKey(hub, actorOf(call), keyId));
      return { status: 200, body: { data: key } };
    },
  };
}
