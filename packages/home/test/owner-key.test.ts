import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ensureHome, ensureOwnerKey, readOwnerKey } from '../src/index.ts';
import { tempFolder } from './temp.ts';

test('the key is made once, with 32 random bytes, in a file only this account can read', () => {
  const paths = ensureHome(tempFolder());
  expect(readOwnerKey(paths)).toBeUndefined();
  const key = ensureOwnerKey(paths, randomBytes);
  expect(key).toMatch(/^sk_perdure_[A-Za-z0-9_-]{43}$/);
  expect(ensureOwnerKey(paths, randomBytes)).toBe(key);
  expect(readOwnerKey(paths)).toBe(key);
  expect(statSync(paths.ownerKey).mode & 0o777).toBe(0o600);
});

test('processes that make the key at the same time come away with the same one and leave nothing lying about', async () => {
  const paths = ensureHome(tempFolder());
  const entry = new URL('fixtures/make-key.ts', import.meta.url).pathname;
  const makers = Array.from({ length: 4 }, () => spawn(process.execPath, [entry, paths.root]));
  await Promise.all(makers.map(async (maker) => await once(maker.stdout, 'readable')));
  const outputs = makers.map(async (maker) => await text(maker.stdout));
  for (const maker of makers) maker.stdin.end();
  const keys = new Set((await Promise.all(outputs)).map((output) => output.replace('ready\n', '')));
  expect([...keys]).toEqual([readOwnerKey(paths)]);
  expect(readdirSync(paths.run)).toEqual(['owner-key']);
});

test('a file without a key is an error that names the file and does not quote it', () => {
  const paths = ensureHome(tempFolder());
  writeFileSync(paths.ownerKey, 'something else');
  expect(() => readOwnerKey(paths)).toThrow(/owner-key holds no owner's key(?!.*something else)/);
});

test.skipIf(process.getuid?.() === 0)(
  'a key of another account is refused in words that name the file (skipped as root, who may read everything)',
  () => {
    const paths = ensureHome(tempFolder());
    writeFileSync(paths.ownerKey, 'sk_perdure_x', { mode: 0o000 });
    expect(() => readOwnerKey(paths)).toThrow(/owner-key may not be read by this account/);
  },
);
