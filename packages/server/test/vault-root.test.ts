import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { homePaths } from '@perdure/home';
import { createHubStore, createRootStore, createVaultStore } from '@perdure/hub/store';
import type { Root } from '@perdure/hub/seal';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openVaultRoot } from '../src/vault-root.ts';
import { temporaryFolder } from './http/harness.ts';

async function openPlace() {
  const paths = homePaths(await temporaryFolder());
  mkdirSync(paths.run, { mode: 0o700 });
  const database = await openDatabase({ path: paths.database });
  onTestFinished(() => database.close());
  const group = createGroupCommit(database);
  const roots = createRootStore(database, group);
  const start = async (env: NodeJS.ProcessEnv = {}): Promise<Root> =>
    await openVaultRoot({ paths, roots, env, random: randomBytes, now: 1 });
  const makeVault = async (root: Root) => {
    const owner = await createHubStore(database, group).principals.ensureOwner({ id: 'o', workspaceId: 'w', now: 1 });
    const vaults = createVaultStore(database, { group, root: () => root, random: randomBytes });
    return (await vaults.create(owner, { id: randomBytes(8).toString('hex'), name: 'v', description: '', now: 1 }))
      .kind;
  };
  const credentials = (files: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
    const folder = join(paths.root, `credentials-${randomBytes(4).toString('hex')}`);
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return { CREDENTIALS_DIRECTORY: folder };
  };
  return { paths, start, makeVault, credentials };
}

const idOf = (root: Root): string => (root.kind === 'open' ? root.key.id : root.reason);

describe('the root key of the vaults', () => {
  it('is made by itself in a file that this account alone reads, and is the same at the next start', async () => {
    const { paths, start } = await openPlace();
    const root = await start();
    expect(root.kind).toBe('open');
    expect(statSync(paths.vaultKey).mode & 0o777).toBe(0o600);
    expect(idOf(await start())).toBe(idOf(root));
    expect(JSON.stringify(root.kind === 'open' && root.key.id)).not.toContain(
      readFileSync(paths.vaultKey, 'utf8').trim(),
    );
  });

  it('is a credential of systemd where there is one, or is made of a passphrase there', async () => {
    const { paths, start, credentials, makeVault } = await openPlace();
    const key = randomBytes(32).toString('base64url');
    expect((await start(credentials({ 'perdure-vault-key': `${key}\n` }))).kind).toBe('open');
    const passphrase = await start(credentials({ 'perdure-vault-passphrase': 'correct horse battery staple\n' }));
    expect(await makeVault(passphrase)).toBe('vault');
    expect(() => statSync(paths.vaultKey)).toThrow();
    const again = await start(credentials({ 'perdure-vault-passphrase': 'correct horse battery staple' }));
    expect(idOf(again)).toBe(idOf(passphrase));
    const wrong = await start(credentials({ 'perdure-vault-passphrase': 'correct horse battery stable' }));
    expect(wrong).toMatchObject({ kind: 'sealed', reason: expect.stringContaining('not the key') });
  });

  it('may be another as long as there is no vault, and from then on none but that', async () => {
    const { paths, start, makeVault } = await openPlace();
    const first = await start();
    rmSync(paths.vaultKey);
    const second = await start();
    expect(second.kind).toBe('open');
    expect(idOf(second)).not.toBe(idOf(first));
    expect(await makeVault(second)).toBe('vault');
    const kept = readFileSync(paths.vaultKey);
    writeFileSync(paths.vaultKey, `${randomBytes(32).toString('base64url')}\n`);
    const third = await start();
    expect(third.kind).toBe('sealed');
    expect(await makeVault(third)).toBe('refused');
    writeFileSync(paths.vaultKey, kept);
    expect(idOf(await start())).toBe(idOf(second));
  });

  it.each([
    ['is gone', (path: string) => rmSync(path), 'gone'],
    ['is empty', (path: string) => writeFileSync(path, ''), 'holds no key'],
    ['is cut short', (path: string) => writeFileSync(path, 'c2hvcnQ\n'), 'holds no key'],
  ])('seals the vaults and makes no new one where its file %s, and tells no path', async (_how, harm, why) => {
    const { paths, start, makeVault } = await openPlace();
    await makeVault(await start());
    chmodSync(paths.vaultKey, 0o600);
    harm(paths.vaultKey);
    const root = await start();
    expect(root).toMatchObject({ kind: 'sealed', reason: expect.stringContaining(why) });
    expect(idOf(root)).not.toContain(paths.root);
    expect((await start()).kind).toBe('sealed');
  });
});
