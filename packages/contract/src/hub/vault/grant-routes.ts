/** What tools and model servers may be given out of vaults. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import { newVaultGrantSchema, vaultGrantSchema, vaultWantSchema } from './grants.ts';

export const vaultGrantRoutes = {
  listVaultGrants: {
    method: 'get',
    path: '/api/v1/vault/grants',
    summary: 'What was granted to tools and model servers out of the vaults one decides in, newest first.',
    description: 'Pass `next` as `cursor` for more.',
    authenticated: true,
    hub: true,
    query: z.object(cursorQuery),
    responses: { 200: page(vaultGrantSchema) },
    errors: ['invalid_input'],
  },
  createVaultGrant: {
    method: 'post',
    path: '/api/v1/vault/grants',
    summary: 'Lets a tool or a model server be given an item, on one’s own behalf. For admins of its vault.',
    description:
      'For the tool as its file is now, and the model server at its address of now: where that changes it is granted anew, which this does too.',
    authenticated: true,
    hub: true,
    body: newVaultGrantSchema,
    responses: { 201: data(vaultGrantSchema) },
    errors: [...bodyErrors, 'not_found'],
  },
  deleteVaultGrant: {
    method: 'delete',
    path: '/api/v1/vault/grants/{grantId}',
    summary: 'Takes a grant back. For admins of the vault.',
    description: 'A call that is under way has its value already; the next is given none.',
    authenticated: true,
    hub: true,
    params: z.object({ grantId: z.string().min(1).max(100) }),
    responses: { 200: data(vaultGrantSchema) },
    errors: ['not_found'],
  },
  listVaultWants: {
    method: 'get',
    path: '/api/v1/vault/wants',
    summary: 'What tools and model servers ask the vaults for, and why one would not be given it.',
    description: 'As the worker has loaded them. Nothing is opened for this, and nothing is written down.',
    authenticated: true,
    responses: { 200: data(z.array(vaultWantSchema)) },
    errors: [],
  },
} as const satisfies Record<string, RouteEntry>;
