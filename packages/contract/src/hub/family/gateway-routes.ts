/** Gateways of the members of a family. */

import { z } from 'zod';
import { bodyErrors, data, type RouteEntry } from '../../routes/entry.ts';
import {
  adoptedGatewaySchema,
  familyGatewaySchema,
  gatewayFindingsSchema,
  gatewayLogsSchema,
  gatewayOrders,
  gatewayOrderSchema,
  gatewayRepairSchema,
} from './gateways.ts';

const id = z.string().min(1).max(100);
const ofMember = z.object({ familyId: id, principalId: id });

export const gatewayRoutes = {
  listGateways: {
    method: 'get',
    path: '/api/v1/families/{familyId}/gateways',
    summary: 'The gateways of a family on this host, by handle, and how each is. For its lead and for the owner.',
    description: 'Those that were removed are among them.',
    authenticated: true,
    hub: true,
    params: z.object({ familyId: id }),
    responses: { 200: data(z.array(familyGatewaySchema)) },
    errors: ['not_found'],
  },
  adoptGateway: {
    method: 'post',
    path: '/api/v1/families/{familyId}/gateways',
    summary: 'Takes in a gateway of this host that somebody set up by hand, and touches nothing of it. For the owner.',
    description:
      'It becomes a member: the agent whose key its channel carries, or a new one, which has no key yet. It may be repeated: what runs it is looked at again then. 409 with what is in the way.',
    authenticated: true,
    hub: true,
    params: z.object({ familyId: id }),
    body: adoptedGatewaySchema,
    responses: { 200: data(familyGatewaySchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  getGateway: {
    method: 'get',
    path: '/api/v1/families/{familyId}/members/{principalId}/gateway',
    summary: 'The gateway of a member, what its process does, and the step that is at work on it. For lead and owner.',
    description: 'There is none, and so 404, where it was never provisioned on this host.',
    authenticated: true,
    hub: true,
    params: ofMember,
    responses: { 200: data(familyGatewaySchema) },
    errors: ['not_found'],
  },
  getGatewayFindings: {
    method: 'get',
    path: '/api/v1/families/{familyId}/members/{principalId}/gateway/findings',
    summary: 'What is wrong with the gateway of a member, and what would be done about each. For lead and owner.',
    description: 'Nothing is changed. `POST …/gateway/mend` does it, with `planHash` only as long as all is as it was.',
    authenticated: true,
    hub: true,
    params: ofMember,
    responses: { 200: data(gatewayFindingsSchema) },
    errors: ['not_found', 'conflict'],
  },
  getGatewayLogs: {
    method: 'get',
    path: '/api/v1/families/{familyId}/members/{principalId}/gateway/logs',
    summary: 'What the gateway of a member printed last, newest last. For lead and owner.',
    description: 'The last 100, or as many as `lines` says: at most 1,000.',
    authenticated: true,
    hub: true,
    params: ofMember,
    query: z.object({ lines: z.coerce.number().int().min(1).max(1_000).optional() }),
    responses: { 200: data(gatewayLogsSchema) },
    errors: ['invalid_input', 'not_found'],
  },
  getGatewayRepair: {
    method: 'get',
    path: '/api/v1/families/{familyId}/members/{principalId}/gateway/repair',
    summary: 'What differs in the home of a member from what it is to be; nothing is changed. For lead and owner.',
    description:
      'Nothing differs: there is nothing to repair. 409 where the home is not ours to touch, or its gateway is not `ready`. With `fresh` settings are to be replaced whole.',
    authenticated: true,
    hub: true,
    params: ofMember,
    query: z.object({ fresh: z.enum(['true', 'false']).optional() }),
    responses: { 200: data(gatewayRepairSchema) },
    errors: ['invalid_input', 'not_found', 'conflict', 'vault_sealed'],
  },
  orderGateway: {
    method: 'post',
    path: '/api/v1/families/{familyId}/members/{principalId}/gateway/{order}',
    summary: `Does something to the gateway of a member: ${gatewayOrders.join(', ')}. For lead and owner.`,
    description:
      'It may be repeated. What takes long goes on behind the answer: `provision`, `upgrade`, `deprovision`, `restore`, `repair`, `change` and `mend` are a run, whose steps `GET …/gateway` tells; `start`, `stop` and `restart` are over when it has no `work` any more. `provision` again after a failure: as before, but for what the body says. `upgrade` moves it to the OpenClaw on the PATH of the server, and back where it is not well then. `restore` is for one that was deprovisioned: out of its last archive, or the one that `archive` names. `repair` makes what is ours in its home as it is to be, and nothing where nothing differs; `change` gives it another model, key or port: both are a run that puts all back where it is not well afterwards. `refresh` has its gateway read the key of its model again, as it lies in its vault, and is over when it is answered. `backup` answers where the copy lies. 409 where something is in the way.',
    authenticated: true,
    hub: true,
    params: ofMember.extend({ order: z.enum(gatewayOrders) }),
    body: gatewayOrderSchema,
    responses: { 202: data(familyGatewaySchema) },
    errors: [...bodyErrors, 'not_found', 'conflict', 'vault_sealed'],
  },
} as const satisfies Record<string, RouteEntry>;
