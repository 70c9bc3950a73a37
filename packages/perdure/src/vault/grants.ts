/** `perdure vault grant`, `ungrant` and `grants`: what tools and model servers may be given. */

import { granteeText, PerdureError, type Grantee, type VaultItem } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import type { SpeakerOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { allIfOwner } from '../client/find-principal.ts';
import { fetchedOnce } from '../client/fetched-once.ts';
import { printable } from '../text/format.ts';
import { findItem, findVault } from './find.ts';
import { parseReference } from './open.ts';
import { grantList, type ShownGrant } from './view.ts';

export interface GrantOptions extends SpeakerOptions {
  readonly tool?: string;
  readonly model?: string;
}

export async function grantItem(rim: Rim, given: string, options: GrantOptions): Promise<number> {
  const grantee = granteeOf(options);
  const client = connectToHub(rim, options);
  const { id: itemId, name } = await itemOf(client, given);
  const { data } = await client.createVaultGrant({ body: { itemId, grantee } });
  const until = grantee.kind === 'tool' ? 'its file' : 'its address';
  const told = `${printable(name)} is given to the ${granteeText(grantee)} from now on, until ${until} changes.`;
  printData(rim, options, data, () => told);
  return 0;
}

export async function ungrantItem(rim: Rim, given: string, options: GrantOptions): Promise<number> {
  const { kind, name: to } = granteeOf(options);
  const client = connectToHub(rim, options);
  const { id: itemId, name } = await itemOf(client, given);
  const grants = await allPages((query) => client.listVaultGrants({ query }));
  const found = grants.find(
    (grant) => grant.itemId === itemId && grant.grantee.kind === kind && grant.grantee.name === to,
  );
  if (found === undefined) {
    throw new PerdureError(
      'not_found',
      `${printable(name)} was not granted to the ${kind} ${to}; \`perdure vault grants\` shows what was.`,
    );
  }
  const { data } = await client.deleteVaultGrant({ params: { grantId: found.id } });
  printData(
    rim,
    options,
    data,
    () => `${printable(name)} is given to the ${kind} ${to} no more. Rotate what it may know.`,
  );
  return 0;
}

export async function listGrants(rim: Rim, options: SpeakerOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const grants = await allPages((query) => client.listVaultGrants({ query }));
  const all = await allIfOwner(client);
  const vaults = await allPages((query) => client.listVaults({ query: { ...query, all } }));
  const shown: ShownGrant[] = [];
  for (const grant of grants) {
    const { vaultId, itemId } = grant;
    const vault = vaults.find(({ id }) => id === vaultId)?.name ?? vaultId;
    const items = await fetchedOnce(client, `items of ${vaultId}`, () =>
      allPages((query) => client.listVaultItems({ params: { vaultId }, query })),
    );
    shown.push({ ...grant, vault, item: items.find(({ id }) => id === itemId)?.name ?? itemId });
  }
  printData(rim, options, grants, (columns) => grantList(shown, columns));
  return 0;
}

async function itemOf(client: Client, given: string): Promise<VaultItem> {
  const { vault, item, field } = parseReference(given);
  if (field === undefined) return await findItem(client, await findVault(client, vault), item);
  throw new PerdureError(
    'usage',
    `An item is granted as a whole, as ${vault}/${item}; which of its fields is wanted the tool says, or the settings.`,
  );
}

function granteeOf({ tool, model }: GrantOptions): Grantee {
  if (tool !== undefined && model === undefined) return { kind: 'tool', name: tool };
  if (model !== undefined && tool === undefined) return { kind: 'model', name: model };
  throw new PerdureError(
    'usage',
    'Say to whom: --tool <id>, or --model <server>, as `perdure tools list` and `models list` name them.',
  );
}
