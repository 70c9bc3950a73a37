/**
 * A process that rotates an item and gives its vault a new key, over and over, until it is killed: it says the value
 * that was acknowledged last. Arguments: the database, the vault, the item.
 */

import { randomBytes } from 'node:crypto';
import { argv, stdout } from 'node:process';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { createHubStore } from '../../src/store/hub-store.ts';
import { createVaultStore } from '../../src/store/vault/vault-store.ts';
import { rootKey } from './root-key.ts';

const [, , path = '', vaultId = '', itemId = ''] = argv;
const database = await openDatabase({ path });
const group = createGroupCommit(database);
const vaults = createVaultStore(database, { group, root: () => ({ kind: 'open', key: rootKey }), random: randomBytes });
const owner = await createHubStore(database, group).principals.ensureOwner({ id: 'o', workspaceId: 'w', now: 1 });

for (let count = 0; ; count += 1) {
  const fields = [{ key: 'token', type: 'secret', value: `value ${count}` } as const];
  const [rotated, rekeyed] = await Promise.all([
    vaults.rotateItem(owner, { itemId, fields, now: count }),
    vaults.rekey(owner, { vaultId, now: count }),
  ]);
  if (rotated.kind !== 'item' || rekeyed.kind !== 'vault') throw new Error(`${rotated.kind}, ${rekeyed.kind}`);
  stdout.write(`${rotated.item.version}\n`);
}
