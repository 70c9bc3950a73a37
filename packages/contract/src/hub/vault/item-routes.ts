/** What lies in vaults. */

import { z } from 'zod';
import { bodyErrors, cursorQuery, data, page, type RouteEntry } from '../../routes/entry.ts';
import { droppedItemSchema, newVaultItemSchema, rotatedVaultItemSchema, vaultItemSchema } from './items.ts';

const id = z.string().min(1).max(100);
const ofVault = z.object({ vaultId: id });
const ofItem = z.object({ itemId: id });

export const vaultItemRoutes = {
  listVaultItems: {
    method: 'get',
    path: '/api/v1/vault/vaults/{vaultId}/items',
    summary: 'What lies in a vault, by name, masked.',
    description: '`q` is part of a name, `type` such as `login`. Pass `next` as `cursor` for more.',
    authenticated: true,
    hub: true,
    params: ofVault,
    query: z.object({ ...cursorQuery, q: z.string().max(100).optional(), type: z.string().max(40).optional() }),
    responses: { 200: page(vaultItemSchema) },
    errors: ['invalid_input', 'not_found'],
  },
  createVaultItem: {
    method: 'post',
    path: '/api/v1/vault/vaults/{vaultId}/items',
    summary: 'Puts an item into a vault. For its members, but not for a viewer.',
    description: '`fields` are `{ "key", "type"?, "value" }`. 409 where the name is taken.',
    authenticated: true,
    hub: true,
    params: ofVault,
    body: newVaultItemSchema,
    responses: { 201: data(vaultItemSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict', 'vault_sealed'],
  },
  dropVaultItem: {
    method: 'post',
    path: '/api/v1/vault/vaults/{vaultId}/drops',
    summary: 'Puts an item into a vault without seeing what is there. For viewers too, and for the owner.',
    description: 'For a person whom an agent asks for a credential. Nothing of it is answered but its id and name.',
    authenticated: true,
    hub: true,
    params: ofVault,
    body: newVaultItemSchema,
    responses: { 201: data(droppedItemSchema) },
    errors: [...bodyErrors, 'not_found', 'conflict', 'vault_sealed'],
  },
  getVaultItem: {
    method: 'get',
    path: '/api/v1/vault/items/{itemId}',
    summary: 'One item, masked: the keys of its fields, and a hint of each.',
    description: 'What the fields hold is given by a lease that is used.',
    authenticated: true,
    hub: true,
    params: ofItem,
    responses: { 200: data(vaultItemSchema) },
    errors: ['not_found'],
  },
  rotateVaultItem: {
    method: 'post',
    path: '/api/v1/vault/items/{itemId}/rotate',
    summary: 'Gives an item other fields, as its next version. For members, but not for a viewer.',
    description: 'What it held before is gone. A lease that lasts gives the new fields.',
    authenticated: true,
    hub: true,
    params: ofItem,
    body: rotatedVaultItemSchema,
    responses: { 200: data(vaultItemSchema) },
    errors: [...bodyErrors, 'not_found', 'vault_sealed'],
  },
  deleteVaultItem: {
    method: 'delete',
    path: '/api/v1/vault/items/{itemId}',
    summary: 'Deletes an item. For admins of its vault.',
    description: 'For good. What was done with it stays in the audit.',
    authenticated: true,
    hub: true,
    params: ofItem,
    responses: { 200: data(vaultItemSchema) },
    errors: ['not_found'],
  },
} as const satisfies Record<string, RouteEntry>;
