/** How somebody is given what an item holds. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import { changedVaultLeaseSchema, newVaultLeaseSchema, usedLeaseSchema, vaultLeaseSchema } from './leases.ts';

const ofLease = z.object({ leaseId: z.string().min(1).max(100) });

export const vaultLeaseRoutes = {
  listVaultLeases: {
    method: 'get',
    path: '/api/v1/vault/leases',
    summary: 'Leases, newest first: one’s own, and those of vaults in which one decides.',
    description: 'Pass `next` as `cursor` for more.',
    authenticated: true,
    hub: true,
    query: z.object(cursorQuery),
    responses: { 200: page(vaultLeaseSchema) },
    errors: ['invalid_input'],
  },
  requestVaultLease: {
    method: 'post',
    path: '/api/v1/vault/leases',
    summary: 'Asks for a lease of an item, with a reason. For members, but not for a viewer.',
    description:
      '`status` is `active`, or `pending` where the item asks for approval: an admin of the vault decides. `ttlSeconds` is 900, and at most a day.',
    authenticated: true,
    hub: true,
    body: newVaultLeaseSchema,
    responses: { 201: data(vaultLeaseSchema) },
    errors: [...bodyErrors, 'not_found'],
  },
  getVaultLease: {
    method: 'get',
    path: '/api/v1/vault/leases/{leaseId}',
    summary: 'One lease, and whether it was granted.',
    description: 'For whose it is, and for admins of its vault.',
    authenticated: true,
    hub: true,
    params: ofLease,
    responses: { 200: data(vaultLeaseSchema) },
    errors: ['not_found'],
  },
  changeVaultLease: {
    method: 'patch',
    path: '/api/v1/vault/leases/{leaseId}',
    summary: 'Decides on a lease: `approved`, `refused` or `revoked`. For admins; whose it is may revoke it.',
    description: 'Where it is too late it is 409: one that has ended is asked for anew.',
    authenticated: true,
    hub: true,
    params: ofLease,
    body: changedVaultLeaseSchema,
    responses: { 200: data(vaultLeaseSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict'],
  },
  useVaultLease: {
    method: 'post',
    path: '/api/v1/vault/leases/{leaseId}/use',
    summary: 'Gives what the item holds, by a lease that is active. For whose it is.',
    description:
      'Any number of times while it lasts; each is written down before it is answered. 409 where it is not active.',
    authenticated: true,
    hub: true,
    params: ofLease,
    responses: { 200: data(usedLeaseSchema) },
    errors: ['not_found', 'conflict', 'vault_sealed', 'storage_corrupt'],
  },
} as const satisfies Record<string, RouteEntry>;
