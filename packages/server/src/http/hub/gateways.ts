/** Gateways of members, for who cares for their family. */

import { compact, PerdureError, type Family, type Principal } from '@perdure/contract';
import { may } from '@perdure/hub';
import { showFamily, showFamilyMember, showHubTask, type HubDeps, type HubTaskDeps } from '@perdure/hub/desk';
import type { FleetServing, GatewayAsked } from '../ports.ts';
import type { Handlers, RouteInput } from '../table.ts';
import { accepted, actorOf } from './actor.ts';

type GatewayRoute =
  | 'listGateways'
  | 'adoptGateway'
  | 'getGateway'
  | 'getGatewayFindings'
  | 'getGatewayLogs'
  | 'getGatewayRepair'
  | 'orderGateway';

const usualLines = 100;

export function gatewayHandlers(hub: HubDeps, fleet: FleetServing, tasks: HubTaskDeps): Pick<Handlers, GatewayRoute> {
  return {
    listGateways: async ({ params: { familyId } }, call) => {
      await familyFor(hub, actorOf(call), familyId);
      return { status: 200, body: { data: [...(await fleet.list(familyId))] } };
    },
    adoptGateway: async ({ params: { familyId }, body: { gateway, handle } }, call) => {
      const by = actorOf(call);
      accepted(await showFamily(hub, by, familyId));
      if (!may(by, 'family.adopt')) {
        throw new PerdureError('forbidden', 'Only the owner takes a gateway in that is there already; ask them.');
      }
      return { status: 200, body: { data: await fleet.adopt({ familyId, named: gateway, as: handle ?? undefined }) } };
    },
    getGateway: async ({ params }, call) => {
      await memberFor(hub, actorOf(call), params);
      return { status: 200, body: { data: await fleet.get(params.principalId) } };
    },
    getGatewayFindings: async ({ params }, call) => {
      await memberFor(hub, actorOf(call), params);
      return { status: 200, body: { data: await fleet.findings(params.principalId) } };
    },
    getGatewayLogs: async ({ params, query: { lines = usualLines } }, call) => {
      await memberFor(hub, actorOf(call), params);
      return { status: 200, body: { data: { lines: [...(await fleet.logs(params.principalId, lines))] } } };
    },
    getGatewayRepair: async ({ params, query: { fresh } }, call) => {
      await memberFor(hub, actorOf(call), params);
      return { status: 200, body: { data: await fleet.planRepair(params.principalId, fresh === 'true') } };
    },
    orderGateway: async (
      { params: { order, ...params }, body: { now, fresh, taskId, archive, findings, ...body } },
      call,
    ) => {
      const by = actorOf(call);
      await memberFor(hub, by, params);
      // What becomes of the order is told on it, and closes it, in the name of the owner.
      if (typeof taskId === 'string') accepted(await showHubTask(tasks, by, { taskId, isWhole: false }));
      const given = present({ now, fresh, taskId, archive, findings });
      const asked = { order, ...given, ...askedOf(body) };
      return { status: 202, body: { data: await fleet.order(by, params.principalId, asked) } };
    },
  };
}

/** @throws PerdureError where it is not theirs to see, or to care for */
export async function familyFor(hub: HubDeps, by: Principal, familyId: string): Promise<Family> {
  const { family } = accepted(await showFamily(hub, by, familyId));
  if (may(by, 'family.changeMember', compact({ leadId: family.lead?.id }))) return family;
  throw new PerdureError('forbidden', 'This is for the lead of the family and for the owner; ask one of them.');
}

async function memberFor(
  hub: HubDeps,
  by: Principal,
  of: { readonly familyId: string; readonly principalId: string },
): Promise<void> {
  accepted(await showFamilyMember(hub, by, of));
  await familyFor(hub, by, of.familyId);
}

type AskedBody = Pick<
  RouteInput<'orderGateway'>['body'],
  'model' | 'gatewayPort' | 'ocHomeDir' | 'service' | 'credential' | 'llmApiKey' | 'planHash' | 'smoke'
>;

function askedOf({ gatewayPort, ocHomeDir, ...body }: AskedBody): GatewayAsked {
  return { ...present(body), ...compact({ port: gatewayPort ?? undefined, home: ocHomeDir ?? undefined }) };
}

/**
 * The gateway that is made with a new member: where the family runs on this host, and a model is named. Whatever is in
 * the way is told before anybody is made. @throws PerdureError
 */
export async function wantedGateway(
  { hub, fleet }: { readonly hub: HubDeps; readonly fleet: FleetServing },
  by: Principal,
  { familyId, body }: { readonly familyId: string; readonly body: RouteInput<'addFamilyMember'>['body'] },
): Promise<GatewayAsked | undefined> {
  const { handle, displayName, model, gatewayPort, ocHomeDir, service, credential, llmApiKey, planHash, smoke } = body;
  if (handle === undefined || handle === null || model === undefined || model === null) return undefined;
  const { host } = await familyFor(hub, by, familyId);
  if (host?.name !== fleet.hostName) return undefined;
  const asked = askedOf({ model, gatewayPort, ocHomeDir, service, credential, llmApiKey, planHash, smoke });
  const known = await fleet.list(familyId);
  // Of one that is known the order itself tells how it stands.
  if (known.some((each) => each.handle === handle)) return asked;
  await fleet.check(by, { familyId, handle, displayName: displayName ?? handle, host: host.name }, asked);
  return asked;
}

/** What is null was not said. */
export function present<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], null> | undefined } {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => [name, value ?? undefined]),
  ) as { [K in keyof T]: Exclude<T[K], null> | undefined };
}
