/** Upgrades of families, for who cares for them. */

import { PerdureError, type Principal } from '@perdure/contract';
import { may } from '@perdure/hub';
import type { HubDeps } from '@perdure/hub/desk';
import type { FleetServing, UpgradeAsked } from '../ports.ts';
import type { Handlers, RouteInput } from '../table.ts';
import { actorOf } from './actor.ts';
import { familyFor } from './gateways.ts';

type UpgradeRoute = 'planUpgrade' | 'orderUpgrade' | 'getUpgrade';

export function upgradeHandlers(hub: HubDeps, fleet: FleetServing): Pick<Handlers, UpgradeRoute> {
  return {
    planUpgrade: async ({ params: { familyId }, body }, call) => {
      const by = actorOf(call);
      await familyFor(hub, by, familyId);
      return { status: 200, body: { data: await fleet.planUpgrade(familyId, askedOf(by, body)) } };
    },
    orderUpgrade: async ({ params: { familyId }, body: { planHash, ...body } }, call) => {
      const by = actorOf(call);
      await familyFor(hub, by, familyId);
      const asked = { ...askedOf(by, body), ...(typeof planHash === 'string' && { planHash }) };
      return { status: 202, body: { data: await fleet.orderUpgrade(familyId, asked) } };
    },
    getUpgrade: async ({ params: { familyId, runId } }, call) => {
      await familyFor(hub, actorOf(call), familyId);
      return { status: 200, body: { data: await fleet.getUpgrade(familyId, runId) } };
    },
  };
}

/** Whoever names a file has it run on this host. @throws PerdureError `forbidden` */
function askedOf(by: Principal, { members, canary, openclaw }: RouteInput<'planUpgrade'>['body']): UpgradeAsked {
  const hasFile = typeof openclaw === 'string';
  if (hasFile && !may(by, 'instance.operate', {})) {
    throw new PerdureError(
      'forbidden',
      'The owner alone names a file to be run; leave `openclaw` out, and it is the one on the PATH of the server.',
    );
  }
  return {
    ...(Array.isArray(members) && { members }),
    ...(typeof canary === 'string' && { canary }),
    ...(hasFile && { openclaw }),
  };
}
