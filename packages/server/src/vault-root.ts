/**
 * Where the root key of the vaults comes from: a credential of systemd, a passphrase, or a file that is made by itself.
 * Once there are vaults it has to be the key with which they were made; with another one, or none, they are sealed, and
 * all else works. A credential takes the place of another key where that is there too, as what was before.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVaultKey, nextVaultKeys, promoteVaultKey, readVaultKey, type HomePaths } from '@perdure/home';
import {
  rootKeyOfPassphrase,
  rootKeyOfText,
  rootKeyText,
  type RandomBytes,
  type Root,
  type SealingKey,
} from '@perdure/hub/seal';
import type { RootStore } from '@perdure/hub/store';

/** Names of credentials, in the folder that systemd names in `CREDENTIALS_DIRECTORY`. */
const keyCredential = 'perdure-vault-key';
const passphraseCredential = 'perdure-vault-passphrase';
/** What they were, where they are others now. */
const beforeSuffix = '-before';

export interface VaultRootDeps {
  readonly paths: HomePaths;
  readonly roots: RootStore;
  readonly env: NodeJS.ProcessEnv;
  readonly random: RandomBytes;
  readonly now: number;
}

/** Only a key in a file is ours to replace. */
export type RootSource = 'file' | 'credential';

export type OpenedRoot =
  | (Extract<Root, { kind: 'open' }> & { readonly source: RootSource })
  | Extract<Root, { kind: 'sealed' }>;

type Found = { readonly kind: 'key'; readonly key: SealingKey } | Extract<Root, { kind: 'sealed' }>;

export async function openVaultRoot(deps: VaultRootDeps): Promise<OpenedRoot> {
  const { paths, roots, env, random, now } = deps;
  const before = await roots.get();
  const salt = before?.salt ?? random(16);
  const credential = await credentialOf(env.CREDENTIALS_DIRECTORY, salt);
  const source = credential === undefined ? 'file' : 'credential';
  const found = credential ?? fileKey(paths, { keyId: before?.keyId, random });
  if (found.kind === 'sealed') return found;
  const { keyId } = await roots.adopt({ keyId: found.key.id, salt, now });
  if (keyId === found.key.id) return { kind: 'open', key: found.key, source };
  const replaced = await credentialOf(env.CREDENTIALS_DIRECTORY, salt, beforeSuffix);
  if (replaced?.kind === 'key' && replaced.key.id === keyId) {
    const outcome = await roots.rewrap({ from: replaced.key, to: found.key, random, now });
    return outcome.kind === 'refused' ? sealed(outcome.message) : { kind: 'open', key: found.key, source };
  }
  return sealed('this is not the key with which they were made: put that one back, and start again.');
}

export const sealed = (why: string) =>
  ({ kind: 'sealed', reason: `The vaults are sealed, and all else works: ${why}` }) as const;

/** Undefined where systemd gives none. */
async function credentialOf(folder: string | undefined, salt: Buffer, suffix = ''): Promise<Found | undefined> {
  if (folder === undefined) return undefined;
  const [keyName, passphraseName] = [keyCredential + suffix, passphraseCredential + suffix];
  const text = credential(folder, keyName);
  if (text !== undefined) return keyOf(text, `the credential ${keyName}`);
  const passphrase = credential(folder, passphraseName)?.replace(/\r?\n$/, '');
  if (passphrase === undefined) return undefined;
  if (passphrase === '') return sealed(`the credential ${passphraseName} is empty; put the passphrase into it.`);
  return { kind: 'key', key: await rootKeyOfPassphrase(passphrase, salt) };
}

function credential(folder: string, name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** `keyId`: under which the vaults are sealed; undefined: there are none, so that a new key takes nothing away. */
function fileKey(
  paths: HomePaths,
  { keyId, random }: { readonly keyId: string | undefined; readonly random: RandomBytes },
): Found {
  const what = 'the file `run/vault-key` of the state root';
  // A rotation that died between the database and the file has left its key beside it.
  const left =
    keyId === undefined ? undefined : nextVaultKeys(paths).find(({ text }) => rootKeyOfText(text)?.id === keyId);
  if (left !== undefined) promoteVaultKey(paths, left.id, left.text);
  const there = readVaultKey(paths);
  const file = there.kind === 'none' && keyId === undefined ? createVaultKey(paths, rootKeyText(random)) : there;
  if (file.kind === 'none') return sealed(`${what} is gone; put it back, and start again.`);
  return file.kind === 'refused' ? sealed(`${what} ${file.why}.`) : keyOf(file.text, what);
}

function keyOf(text: string, what: string): Found {
  const key = rootKeyOfText(text);
  return key === undefined
    ? sealed(`${what} holds no key, which is 43 letters, digits, dashes and underscores.`)
    : { kind: 'key', key };
}
