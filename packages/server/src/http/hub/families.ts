/** Families, who is in them and how they are; wake and manifest. */

import { compact, type Principal } from '@perdure/contract';
import {
  addFamilyMember,
  changeFamily,
  changeFamilyMember,
  createFamily,
  listFamilies,
  listFamilyHealth,
  listFamilyMembers,
  manifest,
  reportFamilyHealth,
  showFamily,
  showFamilyMember,
  wake,
  type HubDeps,
  type HubTaskDeps,
} from '@perdure/hub/desk';
import { pageOf } from '../page.ts';
import type { Handlers, RequestContext, RouteInput } from '../table.ts';
import type { FleetServing } from '../ports.ts';
import { accepted, actorOf, pageReply } from './actor.ts';
import { handOver } from './hand-over.ts';
import { present, wantedGateway } from './gateways.ts';

type FamilyRoute = 'listFamilies' | 'createFamily' | 'getFamily' | 'changeFamily';
type HealthRoute = 'listFamilyHealth' | 'reportFamilyHealth';
type MemberRoute = 'listFamilyMembers' | 'addFamilyMember' | 'getFamilyMember' | 'changeFamilyMember';
type WakeRoute = 'wake' | 'wakeByPost' | 'manifest';

export function familyHandlers(hub: HubDeps, tasks: HubTaskDeps): Pick<Handlers, FamilyRoute | HealthRoute> {
  return {
    listFamilies: async ({ query }, call) => pageReply(await listFamilies(hub, actorOf(call), pageOf(query))),
    createFamily: async ({ body: { name, leadId, host, resources, conventions } }, call) => {
      const kept = { resources: resources ?? [], conventions: conventions ?? '' };
      const made = { name, leadId: leadId ?? undefined, host: host ?? undefined, ...kept };
      const { family } = accepted(await createFamily(hub, actorOf(call), made));
      return { status: 201, body: { data: family } };
    },
    getFamily: async ({ params: { familyId } }, call) => {
      const { family } = accepted(await showFamily(hub, actorOf(call), familyId));
      return { status: 200, body: { data: family } };
    },
    changeFamily: async ({ params, body: { leadId, ...body } }, call) => {
      const change = { ...params, leadId, ...present(body) };
      const { family: before } = accepted(await showFamily(hub, actorOf(call), params.familyId));
      const { family } = accepted(await changeFamily(hub, actorOf(call), change));
      if (before.lead !== undefined && before.lead.id !== family.lead?.id) {
        await handOver(tasks, actorOf(call), { from: before.lead.id, family });
      }
      return { status: 200, body: { data: family } };
    },
    listFamilyHealth: async ({ params, query }, call) => {
      return pageReply(await listFamilyHealth(hub, actorOf(call), { ...pageOf(query), ...params }));
    },
    reportFamilyHealth: async ({ params, body: { takenAt, host, members } }, call) => {
      const report = {
        ...params,
        takenAt: takenAt === null || takenAt === undefined ? undefined : Date.parse(takenAt),
        host: host ?? undefined,
        members: members.map(({ gateway, ...seen }) => ({ gateway, ...compact(present(seen)) })),
      };
      const { health } = accepted(await reportFamilyHealth(hub, actorOf(call), report));
      return { status: 201, body: { data: health } };
    },
  };
}

export function familyMemberHandlers(hub: HubDeps, fleet: FleetServing): Pick<Handlers, MemberRoute> {
  return {
    listFamilyMembers: async ({ params, query }, call) => {
      return pageReply(await listFamilyMembers(hub, actorOf(call), { ...pageOf(query), ...params }));
    },
    addFamilyMember: async ({ params, body }, call) => {
      const by = actorOf(call);
      const add = async () => await addWithGateway({ hub, fleet }, by, { ...params, body });
      const { isNew, key, ...member } = await fleet.undisturbed(add);
      return isNew
        ? { status: 201, body: { data: { ...member, ...compact({ key }) } } }
        : { status: 200, body: { data: member } };
    },
    getFamilyMember: async ({ params }, call) => {
      const { member } = accepted(await showFamilyMember(hub, actorOf(call), params));
      return { status: 200, body: { data: member } };
    },
    changeFamilyMember: async ({ params, body }, call) => {
      const { member } = accepted(await changeFamilyMember(hub, actorOf(call), { ...params, ...present(body) }));
      return { status: 200, body: { data: member } };
    },
  };
}

/** A task for the lead, which is made with the member, is no order to the fleet before this one. */
async function addWithGateway(
  { hub, fleet }: { readonly hub: HubDeps; readonly fleet: FleetServing },
  by: Principal,
  given: { readonly familyId: string; readonly body: RouteInput<'addFamilyMember'>['body'] },
) {
  const { familyId, body } = given;
  const asked = await wantedGateway({ hub, fleet }, by, given);
  const made = newMemberOf(body);
  // Its key goes where its gateway has it from, and to nobody else.
  const llmApiKey = asked === undefined ? made.llmApiKey : undefined;
  const outcome = accepted(await addFamilyMember(hub, by, { familyId, ...made, llmApiKey }));
  const { member } = outcome;
  const { key, taskId } = outcome.kind === 'added' ? outcome : {};
  const gateway = asked && (await fleet.order(by, member.principalId, { ...asked, taskId, order: 'provision' }));
  return { ...member, isNew: outcome.kind === 'added', ...compact({ key, gateway }) };
}

export function wakeHandlers(hub: HubDeps, { tasks }: Pick<HubTaskDeps, 'tasks'>): Pick<Handlers, WakeRoute> {
  const woken = async (_input: unknown, call: RequestContext) => ({
    status: 200 as const,
    body: { data: await wake({ ...hub, tasks }, actorOf(call)) },
  });
  return {
    wake: woken,
    wakeByPost: woken,
    manifest: async (_input, call) => ({ status: 200, body: { data: await manifest(hub, actorOf(call)) } }),
  };
}

function newMemberOf(body: RouteInput<'addFamilyMember'>['body']) {
  const { handle, displayName, principalId, clientGeneratedId, llmApiKey, ...rest } = body;
  const {
    gatewayPort,
    ocHomeDir,
    metadata,
    service: _service,
    credential: _credential,
    planHash: _hash,
    ...named
  } = rest;
  return {
    handle: handle ?? undefined,
    displayName: displayName ?? undefined,
    adoptedId: principalId ?? undefined,
    clientKey: clientGeneratedId ?? undefined,
    llmApiKey: llmApiKey ?? undefined,
    gatewayPort: gatewayPort ?? undefined,
    ocHomeDir: ocHomeDir ?? undefined,
    metadata: { ...metadata, ...compact(present(named)) },
  };
}
