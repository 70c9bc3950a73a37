/**
 * Where the root key of the vaults comes from: a credential of systemd, a passphrase, or a file that is made by itself.
 * Once there are vaults it has to be the key with which they were made; with another one, or none, they are sealed, and
 * all else works.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '@perdure/home';
import { createVaultKey, readVaultKey } from '@perdure/home';
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

export interface VaultRootDeps {
  readonly paths: HomePaths;
  readonly roots: RootStore;
  readonly env: NodeJS.ProcessEnv;
  readonly random: RandomBytes;
  readonly now: number;
}

type Found = { readonly kind: 'key'; readonly key: SealingKey } | Extract<Root, { kind: 'sealed' }>;

export async function openVaultRoot({ paths, roots, env, random, now }: VaultRootDeps): Promise<Root> {
  const before = await roots.get();
  const salt = before?.salt ?? random(16);
  const found =
    (await credentialOf(env.CREDENTIALS_DIRECTORY, salt)) ?? fileKey(paths, { mayMake: before === undefined, random });
  if (found.kind === 'sealed') return found;
  const { keyId } = await roots.adopt({ keyId: found.key.id, salt, now });
  if (keyId === found.key.id) return { kind: 'open', key: found.key };
  return sealed('this is not the key with which they were made: put that one back, and start again');
}

const sealed = (why: string) =>
  ({ kind: 'sealed', reason: `The vaults are sealed, and all else works: ${why}.` }) as const;

/** Undefined where systemd gives none. */
async function credentialOf(folder: string | undefined, salt: Buffer): Promise<Found | undefined> {
  if (folder === undefined) return undefined;
  const text = credential(folder, keyCredential);
  if (text !== undefined) return keyOf(text, `the credential ${keyCredential}`);
  const passphrase = credential(folder, passphraseCredential)?.replace(/\r?\n$/, '');
  if (passphrase === undefined) return undefined;
  if (passphrase === '') return sealed(`the credential ${passphraseCredential} is empty; put the passphrase into it`);
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

/** `mayMake`: nothing was sealed yet, so that a new key takes nothing away. */
function fileKey(
  paths: HomePaths,
  { mayMake, random }: { readonly mayMake: boolean; readonly random: RandomBytes },
): Found {
  const text = readVaultKey(paths) ?? (mayMake ? createVaultKey(paths, rootKeyText(random)) : undefined);
  if (text === undefined) {
    return sealed('the file `run/vault-key` of the state root is gone');
  }
  return keyOf(text, 'the file `run/vault-key` of the state root');
}

function keyOf(text: string, what: string): Found {
  const key = rootKeyOfText(text);
  return key === undefined
    ? sealed(`${what} holds no key, which is 43 letters, digits, dashes and underscores`)
    : { kind: 'key', key };
}
