/** `perdure family init`: a family of this host, and the key of a model that its members share. */

import { arch, hostname, platform } from 'node:os';
import { compact, familyVaultOf, newFamilyVault, PerdureError, type Family } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { readStdin } from '../cli/given-text.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { allPages } from '../client/all-pages.ts';
import { connectToHub } from '../client/connect.ts';
import { findPrincipal } from '../client/find-principal.ts';
import { printable, shellWord } from '../text/format.ts';

export interface InitOptions extends CommonOptions {
  readonly host?: string;
  readonly lead?: string;
  readonly provider?: string;
  readonly keyStdin?: boolean;
}

export async function initFamily(rim: Rim, name: string, options: InitOptions): Promise<number> {
  const { provider, keyStdin = false } = options;
  if (keyStdin !== (provider !== undefined)) {
    throw new PerdureError('usage', 'A key that is shared is sent with both, --provider <name> and --key-stdin.');
  }
  const key = keyStdin ? await readKey(rim) : undefined;
  const client = connectToHub(rim, options);
  const host = {
    name: options.host ?? hostname(),
    os: platform() === 'darwin' ? 'darwin' : 'linux',
    arch: arch(),
  } as const;
  const leadId = options.lead === undefined ? undefined : (await findPrincipal(client, options.lead)).id;
  const all = await allPages((query) => client.listFamilies({ query }));
  const found = all.find((family) => family.name.toLowerCase() === name.toLowerCase());
  const body = { host, ...compact({ leadId }) };
  const { data: family } =
    found === undefined
      ? await client.createFamily({ body: { name, ...body } })
      : await client.changeFamily({ params: { familyId: found.id }, body });
  if (key !== undefined && provider !== undefined) await shareKey(client, family, { provider, key });
  const kept = provider === undefined ? '' : ` Its members share the key of ${printable(provider)}.`;
  const next = `Next: \`perdure family add <handle> --family ${printable(shellWord(family.name))} --model <provider/model>\``;
  printData(
    rim,
    options,
    family,
    () => `${printable(family.name)} is a family of ${printable(host.name)}.${kept}\n${next}`,
  );
  return 0;
}

/** A line end behind it is no part of it. @throws PerdureError */
export async function readKey(rim: Rim): Promise<string> {
  const key = (await readStdin(rim)).trim();
  if (key !== '') return key;
  throw new PerdureError('usage', 'There is no key on stdin; send it there, as `--key-stdin < file`.');
}

/** Into the vault of the family, where its gateways are given it from. */
async function shareKey(
  client: Client,
  family: Family,
  { provider, key }: { readonly provider: string; readonly key: string },
): Promise<void> {
  const { data: self } = await client.whoAmI();
  const vaults = await allPages((query) => client.listVaults({ query }));
  const vault =
    familyVaultOf(vaults, { family, ownerId: self.id }) ??
    (await client.createVault({ body: newFamilyVault(family) })).data;
  const params = { vaultId: vault.id };
  const items = await allPages((query) => client.listVaultItems({ params, query }));
  const item = items.find((each) => each.name === provider);
  const fields = [{ key: 'key', value: key }];
  if (item === undefined) await client.createVaultItem({ params, body: { name: provider, fields } });
  else await client.rotateVaultItem({ params: { itemId: item.id }, body: { fields } });
}
