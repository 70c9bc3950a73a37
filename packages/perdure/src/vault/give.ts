/** `perdure vault put`, `rotate` and `drop`: values come from stdin or a file, never from an argument. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PerdureError } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';
import { readStdin } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { findItem, findVault } from './find.ts';

export interface FieldOptions extends CommonOptions {
  readonly field: string;
  readonly from?: string;
  readonly object?: boolean;
}

export interface PutOptions extends FieldOptions {
  readonly type: string;
  readonly approval?: boolean;
}

interface Words {
  readonly vault: string;
  readonly item: string;
}

/** `isDrop`: into a vault whose values the owner may not be given. */
export async function putItem(
  rim: Rim,
  { vault, item, isDrop }: Words & { readonly isDrop: boolean },
  options: PutOptions,
): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: vaultId, name } = await findVault(client, vault);
  const { type, approval = false } = options;
  const body = { name: item, type, needsApproval: approval, fields: await readFields(rim, options) };
  const given = { params: { vaultId }, body };
  const { data } = isDrop ? await client.dropVaultItem(given) : await client.createVaultItem(given);
  const keys = body.fields.map(({ key }) => key).join(', ');
  printData(rim, options, data, () => `${printable(data.name)} is in ${printable(name)} now: ${keys}.`);
  return 0;
}

export async function rotateItem(rim: Rim, { vault, item }: Words, options: FieldOptions): Promise<number> {
  const client = connectToHub(rim, options);
  const { id: itemId } = await findItem(client, await findVault(client, vault), item);
  const { data } = await client.rotateVaultItem({
    params: { itemId },
    body: { fields: await readFields(rim, options) },
  });
  printData(rim, options, data, () => `${printable(data.name)} is at version ${data.version}; what it held is gone.`);
  return 0;
}

type Field = { readonly key: string; readonly value: string };

async function readFields(rim: Rim, { field, from, object = false }: FieldOptions): Promise<Field[]> {
  const text = from === undefined ? await readStdin(rim) : readSecretFile(rim, from);
  if (object) return fieldsOf(text);
  const value = text.replace(/\r?\n$/, '');
  if (value !== '') return [{ key: field, value }];
  throw new PerdureError('usage', 'There is no value: send it on stdin, or name a file with --from.');
}

/** What it says is a secret, so that nothing of it is repeated. */
function fieldsOf(text: string): Field[] {
  const problem = 'With --object the value is a JSON object of texts, as {"user": "…", "password": "…"}.';
  try {
    const value: unknown = JSON.parse(text);
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    const fields = entries.flatMap(([key, each]) => (typeof each === 'string' ? [{ key, value: each }] : []));
    if (fields.length > 0 && fields.length === entries.length) return fields;
  } catch {
    // Said below: the words of the parser repeat what they were given.
  }
  throw new PerdureError('usage', problem);
}

function readSecretFile(rim: Rim, file: string): string {
  try {
    return readFileSync(resolve(rim.cwd, file), 'utf8');
  } catch (cause) {
    throw new PerdureError('usage', `The file ${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
