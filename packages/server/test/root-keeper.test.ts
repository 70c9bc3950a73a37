import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { keepNextVaultKey } from '@perdure/home';
import { rootKeyOfText, rootKeyText, type SealingKey } from '@perdure/hub/seal';
import { seededRandom } from '@perdure/testing';
import { describe, expect, it } from 'vitest';
import { openFilledPlace } from './vault-place.ts';

const program = join(import.meta.dirname, 'fixtures', 'rotating-root.ts');

async function openRotating() {
  const place = await openFilledPlace();
  const { paths, owner, server, vaultId } = place;
  const keyNow = (): SealingKey => rootKeyOfText(readFileSync(paths.vaultKey, 'utf8')) as SealingKey;
  const names = () => readdirSync(paths.run).filter((name) => name.startsWith('vault-key'));
  const rotate = async (by = owner) => await server.kept.rotate(by);
  const done = async () =>
    (await server.vaults.audit(vaultId, { limit: 100 })).data.filter(({ action }) => action === 'root.rotated').length;
  return { ...place, keyNow, names, rotate, done };
}

describe('a rotation of the root key', () => {
  it('seals the keys of all vaults under another one, which lies in the file, and is written down in each', async () => {
    const { paths, rotate, keyNow, names, done, server, readOf, readAnew } = await openRotating();
    const old = keyNow();
    expect(await rotate()).toEqual({ kind: 'rotated', keyId: expect.any(String), vaults: 1 });
    expect(keyNow().id).not.toBe(old.id);
    expect(names()).toEqual(['vault-key']);
    expect(statSync(paths.vaultKey).mode & 0o777).toBe(0o600);
    expect([await readOf(server), await readAnew(), await done()]).toEqual(['hunter2', 'hunter2', 1]);
  });

  it('leaves the old key with which nothing that is kept can be opened', async () => {
    const { paths, rotate, readAnew } = await openRotating();
    copyFileSync(paths.vaultKey, `${paths.root}/old`);
    await rotate();
    copyFileSync(`${paths.root}/old`, paths.vaultKey);
    expect(await readAnew()).toContain('not the key with which');
  });

  it('asked for many times at once is done one after the other, while values are given', async () => {
    const { rotate, server, readOf, readAnew, done, names } = await openRotating();
    const rotations = Array.from({ length: 8 }, async () => (await rotate()).kind);
    const reads = Array.from({ length: 40 }, async () => await readOf(server));
    expect(await Promise.all(rotations)).toEqual(Array.from({ length: 8 }, () => 'rotated'));
    expect(new Set(await Promise.all(reads))).toEqual(new Set(['hunter2']));
    expect([await readAnew(), await done(), names()]).toEqual(['hunter2', 8, ['vault-key']]);
  });

  it('by another server makes the key of this one give nothing and seal nothing, and this one rotate nothing', async () => {
    const { start, serve, owner, newId, rotate, server, readOf, readAnew } = await openRotating();
    const other = serve(await start());
    await other.kept.rotate(owner);
    expect(await readOf(server)).toBe('vault_sealed');
    const made = await server.vaults.create(owner, { id: newId(), name: 'x', description: '', now: 3 });
    expect(made).toMatchObject({ code: 'vault_sealed', message: expect.stringContaining('Start Perdure again') });
    expect(await rotate()).toMatchObject({ kind: 'refused', code: 'conflict' });
    expect([await readOf(other), await readAnew()]).toEqual(['hunter2', 'hunter2']);
  });

  it('V1: is not done where it cannot be written down, nor where the key of a vault was changed', async () => {
    const { database, rotate, keyNow, names, server, readOf, readAnew, vaultId } = await openRotating();
    const before = keyNow().id;
    database.sqlite.exec(`CREATE TRIGGER full BEFORE INSERT ON vault_audit BEGIN SELECT RAISE(ABORT, 'full'); END`);
    await expect(rotate()).rejects.toThrow();
    database.sqlite.exec('DROP TRIGGER full');
    expect([keyNow().id, await readOf(server)]).toEqual([before, 'hunter2']);
    const { wrapped_key: wrapped } = database.sqlite.prepare('SELECT wrapped_key FROM vaults').get() ?? {};
    database.sqlite.prepare('UPDATE vaults SET wrapped_key = ? WHERE id = ?').run('', vaultId);
    expect(await rotate()).toMatchObject({ code: 'storage_corrupt', details: { vaultId } });
    database.sqlite.prepare('UPDATE vaults SET wrapped_key = ? WHERE id = ?').run(wrapped as string, vaultId);
    expect([keyNow().id, await readOf(server), await readAnew()]).toEqual([before, 'hunter2', 'hunter2']);
    expect((await rotate()).kind).toBe('rotated');
    expect(names()).toContain('vault-key');
  });

  it('is refused where the key is no file of ours, and where the vaults are sealed', async () => {
    const { paths, start, serve, owner, credentials } = await openRotating();
    const env = credentials({ 'perdure-vault-key': readFileSync(paths.vaultKey, 'utf8') });
    const outcome = await serve(await start(env)).kept.rotate(owner);
    expect(outcome).toMatchObject({ code: 'conflict', message: expect.stringContaining('-before') });
    rmSync(paths.vaultKey);
    expect(await serve(await start()).kept.rotate(owner)).toMatchObject({ code: 'vault_sealed' });
  });
});

describe('killed between any two of its lines', () => {
  it.each(['the key beside', 'the database', 'the place of the key', 'the key beside gone'] as const)(
    'behind %s, one of the two keys opens everything, and a second kill in the same place changes nothing',
    async (last) => {
      const { paths, roots, owner, keyNow, names, readAnew, rotate } = await openRotating();
      const [from, text] = [keyNow(), rootKeyText(randomBytes)];
      const to = rootKeyOfText(text) as SealingKey;
      keepNextVaultKey(paths, to.id, text);
      if (last !== 'the key beside') await roots.rewrap({ from, to, by: owner, random: randomBytes, now: 2 });
      if (last === 'the place of the key') copyFileSync(`${paths.vaultKey}.${to.id}`, paths.vaultKey);
      if (last === 'the key beside gone') {
        copyFileSync(`${paths.vaultKey}.${to.id}`, paths.vaultKey);
        rmSync(`${paths.vaultKey}.${to.id}`);
      }
      expect([await readAnew(), await readAnew()]).toEqual(['hunter2', 'hunter2']);
      expect(keyNow().id).toBe(last === 'the key beside' ? from.id : to.id);
      if (last !== 'the key beside') expect(names()).toEqual(['vault-key']);
      // The server of before the kill is no more; its keys are not those of now.
      if (last !== 'the key beside') expect((await rotate()).kind).toBe('refused');
    },
  );

  it('where the key cannot take its place it stays beside, opens all, and takes its place at the next start', async () => {
    const { paths, rotate, server, readOf, readAnew, names } = await openRotating();
    rmSync(paths.vaultKey);
    mkdirSync(paths.vaultKey);
    await expect(rotate()).rejects.toThrow();
    expect(await readOf(server)).toBe('hunter2');
    rmdirSync(paths.vaultKey);
    expect([await readAnew(), names()]).toEqual(['hunter2', ['vault-key']]);
  });

  it(
    'at twenty moments of a process that rotates over and over, what is kept opens',
    { timeout: 120_000 },
    async () => {
      const { paths, readAnew, keyNow } = await openRotating();
      const random = seededRandom(20_261_129);
      for (let kill = 0; kill < 20; kill += 1) {
        const child = spawn(execPath, [program, paths.root], { stdio: ['ignore', 'pipe', 'inherit'] });
        const ended = once(child, 'exit');
        const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
        let acknowledged = '';
        for (let seen = 0; seen <= Math.floor(random() * 6); seen += 1) {
          acknowledged = String((await lines.next()).value);
        }
        // Somewhere within the rotation that follows.
        const moment = performance.now() + random() * 12;
        while (performance.now() < moment);
        child.kill('SIGKILL');
        await ended;
        expect(acknowledged).toMatch(/^[0-9a-f]{16}$/);
        expect(await readAnew(), `kill ${kill}`).toBe('hunter2');
        expect(keyNow().id).toMatch(/^[0-9a-f]{16}$/);
      }
    },
  );
});
