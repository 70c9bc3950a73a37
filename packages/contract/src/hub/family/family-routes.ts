/** Families, and how their members are. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import { changedFamilySchema, familySchema, newFamilySchema } from './families.ts';
import { familyHealthSchema, newHealthSchema } from './family-health.ts';

const params = z.object({ familyId: z.string().min(1).max(100) });

export const familyRoutes = {
  listFamilies: {
    method: 'get',
    path: '/api/v1/families',
    summary: 'Families, newest first: for people all there are, for agents those they lead or are in.',
    description: 'Pass `next` as `cursor` for more.',
    authenticated: true,
    hub: true,
    query: z.object(cursorQuery),
    responses: { 200: page(familySchema) },
    errors: ['invalid_input'],
  },
  createFamily: {
    method: 'post',
    path: '/api/v1/families',
    summary: 'A new family. For the owner alone: its lead makes agents and gives them keys.',
    description: '`leadId` names an agent; it may be named later. 409 where a family of that name is there.',
    authenticated: true,
    hub: true,
    body: newFamilySchema,
    responses: { 201: data(familySchema) },
    errors: ['not_found', ...bodyErrors, 'conflict'],
  },
  getFamily: {
    method: 'get',
    path: '/api/v1/families/{familyId}',
    summary: 'One family. For people, for its lead and for its members.',
    description: 'To other agents there is no such family.',
    authenticated: true,
    hub: true,
    params,
    responses: { 200: data(familySchema) },
    errors: ['not_found'],
  },
  changeFamily: {
    method: 'patch',
    path: '/api/v1/families/{familyId}',
    summary: 'Sets host, resources and conventions. For its lead and for the owner; name and lead for the owner alone.',
    description:
      'What is not named stays. A resource whose `value` is null is taken out. `leadId: null`: it has no lead any more.',
    authenticated: true,
    hub: true,
    params,
    body: changedFamilySchema,
    responses: { 200: data(familySchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  listFamilyHealth: {
    method: 'get',
    path: '/api/v1/families/{familyId}/health',
    summary: 'How the members were, newest first. For people, for the lead and for members.',
    description: 'The first is the latest. Only the newest 100 are kept. Pass `next` as `cursor` for more.',
    authenticated: true,
    hub: true,
    params,
    query: z.object(cursorQuery),
    responses: { 200: page(familyHealthSchema) },
    errors: ['invalid_input', 'not_found'],
  },
  reportFamilyHealth: {
    method: 'post',
    path: '/api/v1/families/{familyId}/health',
    summary: 'Writes down how the members are. For its lead and for the owner.',
    description:
      'Who is not in the family is passed over. Whether a member has a socket here the server adds. It changes no status.',
    authenticated: true,
    hub: true,
    params,
    body: newHealthSchema,
    responses: { 201: data(familyHealthSchema) },
    errors: [...bodyErrors, 'not_found', 'rate_limited'],
  },
} as const satisfies Record<string, RouteEntry>;
