import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Root } from '@perdure/hub/seal';
import { describe, expect, it } from 'vitest';
import { openFilledPlace, openVaultPlace } from './vault-place.ts';

const key = () => randomBytes(32).toString('base64url');

const idOf = (root: Root): string => (root.kind === 'open' ? root.key.id : root.reason);

describe('the root key of the vaults', () => {
  it('is made by itself in a file that this account alone reads, and is the same at the next start', async () => {
    const { paths, start } = await openVaultPlace();
    const root = await start();
    expect(root.kind).toBe('open');
    expect(statSync(paths.vaultKey).mode & 0o777).toBe(0o600);
    expect(idOf(await start())).toBe(idOf(root));
    expect(JSON.stringify(root.kind === 'open' && root.key.id)).not.toContain(
      readFileSync(paths.vaultKey, 'utf8').trim(),
    );
  });

  it('is a credential of systemd where there is one, or is made of a passphrase there', async () => {
    const { paths, start, credentials, makeVault } = await openVaultPlace();
    expect((await start(credentials({ 'perdure-vault-key': `${key()}\n` }))).kind).toBe('open');
    const passphrase = await start(credentials({ 'perdure-vault-passphrase': 'correct horse battery staple\n' }));
    expect(await makeVault(passphrase)).toBe('vault');
    expect(() => statSync(paths.vaultKey)).toThrow();
    const again = await start(credentials({ 'perdure-vault-passphrase': 'correct horse battery staple' }));
    expect(idOf(again)).toBe(idOf(passphrase));
    const wrong = await start(credentials({ 'perdure-vault-passphrase': 'correct horse battery stable' }));
    expect(wrong).toMatchObject({ kind: 'sealed', reason: expect.stringContaining('not the key') });
  });

  it('may be another as long as there is no vault, and from then on none but that', async () => {
    const { paths, start, makeVault } = await openVaultPlace();
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
    const { paths, start, makeVault } = await openVaultPlace();
    await makeVault(await start());
    chmodSync(paths.vaultKey, 0o600);
    harm(paths.vaultKey);
    const root = await start();
    expect(root).toMatchObject({ kind: 'sealed', reason: expect.stringContaining(why) });
    expect(idOf(root)).not.toContain(paths.root);
    expect((await start()).kind).toBe('sealed');
  });
});

describe('the file of the root key', () => {
  const planted: readonly (readonly [what: string, plant: (path: string) => void, why: string])[] = [
    [
      'a link to the key itself',
      (path) => {
        renameSync(path, `${path}-elsewhere`);
        symlinkSync(`${path}-elsewhere`, path);
      },
      'leads to another place',
    ],
    ['a link to what is not there', (path) => (rmSync(path), symlinkSync('/nowhere', path)), 'leads to another place'],
    ['a folder', (path) => (rmSync(path), mkdirSync(path)), 'is no file'],
    ['readable by the group', (path) => chmodSync(path, 0o640), 'chmod 600'],
    ['writable by others', (path) => chmodSync(path, 0o602), 'chmod 600'],
    ['far too long', (path) => writeFileSync(path, 'A'.repeat(100_000)), 'too long'],
  ];
  it.each(planted)('is not taken where it is %s, and what to do is said', async (_what, plant, why) => {
    const { paths, readAnew } = await openFilledPlace();
    plant(paths.vaultKey);
    const before = statSync(paths.run).mtimeMs;
    const reason = await readAnew();
    expect(reason).toContain(why);
    expect(reason).not.toContain(paths.root);
    // Nothing was put in its place.
    expect(statSync(paths.run).mtimeMs).toBe(before);
  });

  it('is not made through a link, nor behind one', async () => {
    const { paths, start } = await openVaultPlace();
    const target = join(paths.root, 'target');
    symlinkSync(target, paths.vaultKey);
    expect((await start()).kind).toBe('sealed');
    expect(() => statSync(target)).toThrow();
    rmSync(paths.vaultKey);
    rmSync(paths.run, { recursive: true });
    mkdirSync(target);
    symlinkSync(target, paths.run);
    await expect(start()).rejects.toThrow('leads to another place');
  });
});

describe('a credential that takes the place of another key', () => {
  it('opens everything where the one of before is there too, once, and then alone', async () => {
    const { paths, credentials, readAnew } = await openFilledPlace();
    const [file, first] = [readFileSync(paths.vaultKey, 'utf8'), key()];
    expect(await readAnew(credentials({ 'perdure-vault-key': first }))).toContain('not the key with which');
    const both = credentials({ 'perdure-vault-key': first, 'perdure-vault-key-before': file });
    expect([await readAnew(both), await readAnew(both)]).toEqual(['hunter2', 'hunter2']);
    expect(await readAnew()).toContain('not the key with which');
    const words = { 'perdure-vault-passphrase': 'correct horse', 'perdure-vault-key-before': first };
    expect(await readAnew(credentials(words))).toBe('hunter2');
    const others = { 'perdure-vault-passphrase': 'battery', 'perdure-vault-passphrase-before': 'correct horse' };
    expect(await readAnew(credentials(others))).toBe('hunter2');
    expect(await readAnew(credentials({ 'perdure-vault-passphrase': 'battery' }))).toBe('hunter2');
    for (const wrong of [{ 'perdure-vault-passphrase': 'correct horse' }, { 'perdure-vault-key': first }, words]) {
      expect(await readAnew(credentials(wrong))).toContain('not the key with which');
    }
  });

  it('changes nothing where the one of before is none either', async () => {
    const { credentials, readAnew } = await openFilledPlace();
    const wrong = { 'perdure-vault-key': key(), 'perdure-vault-key-before': key() };
    expect(await readAnew(credentials(wrong))).toContain('not the key with which');
    expect(await readAnew()).toBe('hunter2');
  });
});
