/** Vaults of the fake: the owner is in all of them, and is given what was put in. */

import { PerdureError, type VaultGrant, type VaultItem, type VaultLease } from '@perdure/contract';
import type { Answer, Handlers } from './fake-api.ts';
import { hubTime } from './fake-hub.ts';

const ok = (data: unknown, status = 200): Answer => ({ status, body: { data } });
const idOf = (number: number): string => `019c${String(number).padStart(4, '0')}-0000-7000-8000-000000000000`;

interface Given {
  readonly name: string;
  readonly type: string;
  readonly needsApproval: boolean;
  readonly fields: readonly { readonly key: string; readonly value: string }[];
}

type Item = VaultItem & { readonly values: Readonly<Record<string, string>> };

/** One set of them, made anew for each fake. */
function createState() {
  let count = 0;
  const newId = (): string => idOf((count += 1));
  const lists = { items: [] as Item[], leases: [] as VaultLease[], grants: [] as VaultGrant[] };
  return { newId, vaults: [] as { id: string; name: string }[], ...lists };
}
type State = ReturnType<typeof createState>;

export function fakeVault(): Handlers {
  const state = createState();
  return { ...fakeItems(state), ...fakeLeases(state), ...fakeGrants(state) };
}

const masked = ({ values: _values, ...item }: Item): VaultItem => item;

function fakeItems({ newId, vaults, items }: State): Handlers {
  const make = (vaultId: string, { name, type, needsApproval, fields }: Given): Item => ({
    id: newId(),
    vaultId,
    name,
    type,
    needsApproval,
    version: 1,
    createdBy: 'o',
    createdAt: hubTime,
    updatedAt: hubTime,
    fieldKeys: fields.map(({ key }) => key),
    fields: fields.map(({ key }) => ({ key, type: 'secret', hint: '••••' })),
    values: Object.fromEntries(fields.map(({ key, value }) => [key, value])),
  });
  const put: Handlers['createVaultItem'] = ({ params, body }) => {
    const item = make(params['vaultId'] ?? '', body as Given);
    items.push(item);
    return ok(masked(item), 201);
  };
  return {
    listVaults: () => ok(vaults),
    createVault: ({ body }) => {
      const { name, description } = body as { name: string; description: string };
      const made = { id: newId(), name, description, role: 'owner', createdBy: 'o', createdAt: hubTime };
      vaults.push(made);
      return ok(made, 201);
    },
    deleteVault: ({ params }) =>
      ok(
        vaults.splice(
          vaults.findIndex(({ id }) => id === params['vaultId']),
          1,
        )[0],
      ),
    rekeyVault: ({ params }) => ok(vaults.find(({ id }) => id === params['vaultId'])),
    rotateVaultRoot: () => ok({ keyId: '00112233445566ff', vaults: vaults.length }),
    deleteVaultItem: ({ params }) => {
      const [gone] = items.splice(
        items.findIndex(({ id }) => id === params['itemId']),
        1,
      );
      return ok(gone && masked(gone));
    },
    listVaultItems: ({ params }) => ok(items.filter(({ vaultId }) => vaultId === params['vaultId']).map(masked)),
    createVaultItem: put,
    dropVaultItem: put,
    rotateVaultItem: ({ params, body }) => {
      const at = items.findIndex(({ id }) => id === params['itemId']);
      const old = items[at];
      if (old === undefined) throw new PerdureError('not_found', 'There is no such item.');
      const { fields } = body as Pick<Given, 'fields'>;
      const made = { ...make(old.vaultId, { ...old, fields }), id: old.id, version: old.version + 1 };
      items[at] = made;
      return ok(masked(made));
    },
  };
}

function fakeGrants({ newId, items, grants }: State): Handlers {
  return {
    listVaultGrants: () => ok(grants.toReversed()),
    listVaultWants: () => ok([]),
    createVaultGrant: ({ body }) => {
      const { itemId, grantee } = body as Pick<VaultGrant, 'itemId' | 'grantee'>;
      const vaultId = items.find(({ id }) => id === itemId)?.vaultId ?? '';
      grants.push({ id: newId(), vaultId, itemId, grantee, grantedBy: 'o', grantedAt: hubTime });
      return ok(grants.at(-1), 201);
    },
    deleteVaultGrant: ({ params }) =>
      ok(
        grants.splice(
          grants.findIndex(({ id }) => id === params['grantId']),
          1,
        )[0],
      ),
  };
}

function fakeLeases({ newId, items, leases }: State): Handlers {
  const find = (leaseId: string | undefined): VaultLease => {
    const found = leases.find(({ id }) => id === leaseId);
    if (found === undefined) throw new PerdureError('not_found', 'There is no such lease.');
    return found;
  };
  return {
    listVaultLeases: () => ok(leases.toReversed()),
    requestVaultLease: ({ body }) => {
      const { itemId, reason, ttlSeconds } = body as { itemId: string; reason: string; ttlSeconds: number };
      const status = items.find(({ id }) => id === itemId)?.needsApproval === true ? 'pending' : 'active';
      const asked = { id: newId(), vaultId: 'v', itemId, principalId: 'o', reason, ttlSeconds };
      leases.push({ ...asked, status, requestedAt: hubTime, uses: 0 });
      return ok(leases.at(-1), 201);
    },
    changeVaultLease: ({ params, body }) => {
      const { status } = body as { status: string };
      return ok(Object.assign(find(params['leaseId']), { status: status === 'approved' ? 'active' : status }));
    },
    useVaultLease: ({ params }) => {
      const { id: leaseId, itemId } = find(params['leaseId']);
      const item = items.find(({ id }) => id === itemId);
      return ok({ leaseId, itemId, version: item?.version, fields: item?.values });
    },
  };
}
