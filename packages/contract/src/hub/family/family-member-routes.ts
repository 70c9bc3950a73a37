/** Who is in a family. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import {
  changedFamilyMemberSchema,
  familyMemberSchema,
  foundFamilyMemberSchema,
  madeFamilyMemberSchema,
  newFamilyMemberSchema,
} from './family-members.ts';

const id = z.string().min(1).max(100);
const params = z.object({ familyId: id });
const ofMember = z.object({ familyId: id, principalId: id });

export const familyMemberRoutes = {
  listFamilyMembers: {
    method: 'get',
    path: '/api/v1/families/{familyId}/members',
    summary: 'Who is in a family, by handle, and how they are. For people, for the lead and for members.',
    description: 'Pass `next` as `cursor` for more.',
    authenticated: true,
    hub: true,
    params,
    query: z.object(cursorQuery),
    responses: { 200: page(familyMemberSchema) },
    errors: ['invalid_input', 'not_found'],
  },
  addFamilyMember: {
    method: 'post',
    path: '/api/v1/families/{familyId}/members',
    summary: 'Makes an agent of the family, with its key and its channels. For its lead and for the owner.',
    description:
      'All of it or nothing. `key` is shown here and never again: a repetition, by the handle or by `clientGeneratedId`, is answered with 200 and without it. `principalId` instead of a handle, for the owner: takes in an agent that is there. 409 where the handle is taken, or the agent is in another family. Where the family has a lead, a task `Provision agent: …` with all it needs is theirs. Where the family runs on this host and `model` is named, its gateway is provisioned: 409, and nobody is made, where something is in the way; `key` opens nothing any more once the gateway has its own.',
    authenticated: true,
    hub: true,
    params,
    body: newFamilyMemberSchema,
    responses: { 200: data(foundFamilyMemberSchema), 201: data(madeFamilyMemberSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict', 'vault_sealed'],
  },
  getFamilyMember: {
    method: 'get',
    path: '/api/v1/families/{familyId}/members/{principalId}',
    summary: 'One member of a family. For people, for the lead and for members.',
    description: 'To other agents there is no such family.',
    authenticated: true,
    hub: true,
    params: ofMember,
    responses: { 200: data(familyMemberSchema) },
    errors: ['not_found'],
  },
  changeFamilyMember: {
    method: 'patch',
    path: '/api/v1/families/{familyId}/members/{principalId}',
    summary: 'Says how a member is. For the lead and for the owner; 403 for every other agent.',
    description:
      'Any status may follow any, but out of `deprovisioned` there is no way but to restore its gateway: it takes all keys of the member back. Of the metadata what is named is set, and taken out where it is null.',
    authenticated: true,
    hub: true,
    params: ofMember,
    body: changedFamilyMemberSchema,
    responses: { 200: data(familyMemberSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
} as const satisfies Record<string, RouteEntry>;
