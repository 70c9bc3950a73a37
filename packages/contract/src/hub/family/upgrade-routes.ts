/** Upgrades of the gateways of a family. */

import { z } from 'zod';
import { bodyErrors, data, type RouteEntry } from '../../routes/entry.ts';
import {
  familyUpgradeSchema,
  orderedUpgradeSchema,
  upgradeOrderSchema,
  upgradePlanSchema,
  upgradeWishSchema,
} from './upgrades.ts';

const id = z.string().min(1).max(100);
const ofFamily = z.object({ familyId: id });

export const upgradeRoutes = {
  planUpgrade: {
    method: 'post',
    path: '/api/v1/families/{familyId}/upgrade-plans',
    summary:
      'What it would be to move the gateways of a family to another OpenClaw; nothing is done. For lead and owner.',
    description: 'Nothing is kept of it. 409 where something is in the way, each thing in `details.problems`.',
    authenticated: true,
    hub: true,
    params: ofFamily,
    body: upgradeWishSchema,
    responses: { 200: data(upgradePlanSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  orderUpgrade: {
    method: 'post',
    path: '/api/v1/families/{familyId}/upgrades',
    summary: 'Moves gateways of a family to another OpenClaw: one first, then one after the other. For lead and owner.',
    description:
      'A run does it behind the answer. The first that is not well afterwards is put back, and the rest are not touched; who was moved before stays so. Again it goes on with those that are left. 409 where something is in the way, as in the plan, and while another upgrade of the family is at work.',
    authenticated: true,
    hub: true,
    params: ofFamily,
    body: upgradeOrderSchema,
    responses: { 202: data(orderedUpgradeSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  getUpgrade: {
    method: 'get',
    path: '/api/v1/families/{familyId}/upgrades/{runId}',
    summary: 'How an upgrade of a family stands, member by member. For lead and owner.',
    description: 'By the id of the run that `POST …/upgrades` has answered with; also when that is over.',
    authenticated: true,
    hub: true,
    params: ofFamily.extend({ runId: id }),
    responses: { 200: data(familyUpgradeSchema) },
    errors: ['not_found'],
  },
} as const satisfies Record<string, RouteEntry>;
