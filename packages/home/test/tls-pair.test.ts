import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import { makeAuthority } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, test } from 'vitest';
import { readTlsPair, tlsNotice } from '../src/tls-pair.ts';

function refusalOf(files: { readonly cert: string; readonly key: string }): string {
  try {
    readTlsPair(files);
  } catch (error) {
    if (!isPerdureError(error, 'config_invalid')) throw error;
    const secret = readFileSync(join(files.key, '..', 'hub.key'), 'utf8').split('\n')[1] ?? '';
    expect(error.message).not.toContain(secret);
    return error.message;
  }
  return 'taken';
}

function pairIn(folder: string, names = ['DNS:hub.test', 'DNS:*.hub.test', 'IP:192.0.2.7', 'IP:::1']) {
  const authority = makeAuthority(folder);
  return { authority, files: authority.issue('hub', names) };
}

test('a certificate and its key are taken, also through links, and cover their names alone', () => {
  const folder = tempFolder();
  const { files } = pairIn(folder);
  symlinkSync(files.cert, join(folder, 'live.pem'));
  symlinkSync(files.key, join(folder, 'live.key'));
  const pair = readTlsPair({ cert: join(folder, 'live.pem'), key: join(folder, 'live.key') });
  expect(pair.names).toEqual(['hub.test', '*.hub.test', '192.0.2.7', '0:0:0:0:0:0:0:1']);
  for (const host of ['hub.test', 'HUB.test', 'a.hub.test', '192.0.2.7', '::1'])
    expect([host, pair.covers(host)]).toEqual([host, true]);
  for (const host of ['', 'hub', 'evil.test', 'a.b.hub.test', 'hub.test.evil', '192.0.2.8', '127.0.0.1', '::', '[::1]'])
    expect([host, pair.covers(host)]).toEqual([host, false]);
});

test('a key that another account can read, or lead elsewhere, is refused with what to do', () => {
  const { files } = pairIn(tempFolder());
  for (const mode of [0o640, 0o604, 0o660, 0o602, 0o644]) {
    chmodSync(files.key, mode);
    expect(refusalOf(files)).toMatch(
      new RegExp(`can be read or changed by other accounts \\(mode ${mode.toString(8)}\\): .chmod 600.`),
    );
  }
  for (const mode of [0o600, 0o400]) {
    chmodSync(files.key, mode);
    expect(refusalOf(files)).toBe('taken');
  }
});

test.runIf(process.geteuid?.() === 0)('a key that belongs to another account is refused, whoever may read it', () => {
  const { files } = pairIn(tempFolder());
  chownSync(files.key, 65_534, 65_534);
  expect(refusalOf(files)).toContain('belongs to another account');
});

test('a key of another certificate, and a chain in the wrong order, are refused', () => {
  const folder = tempFolder();
  const { authority, files } = pairIn(folder);
  const other = authority.issue('other', ['DNS:hub.test']);
  expect(refusalOf({ cert: files.cert, key: other.key })).toMatch(/is not that of the first certificate in .*hub\.pem/);
  const [own, root] = [files.cert, authority.caFile].map((path) => readFileSync(path, 'utf8'));
  writeFileSync(join(folder, 'chain.pem'), `${root}${own}`);
  expect(refusalOf({ ...files, cert: join(folder, 'chain.pem') })).toContain('is not that of the first certificate');
  writeFileSync(join(folder, 'chain.pem'), `${own}${root}`);
  expect(refusalOf({ ...files, cert: join(folder, 'chain.pem') })).toBe('taken');
});

test('what is no certificate, or no key that can be used, is told as what it is', () => {
  const folder = tempFolder();
  const { authority, files } = pairIn(folder);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const at = (name: string) => join(folder, name);
  openssl('ec', '-in', 'hub.key', '-out', 'locked.key', '-aes128', '-passout', 'pass:x');
  openssl('req', '-x509', '-newkey', 'rsa:1024', '-nodes', '-keyout', 'weak.key', '-out', 'weak.pem', '-subj', '/CN=x');
  writeFileSync(at('empty.key'), '', { mode: 0o600 });
  writeFileSync(at('large.key'), 'x'.repeat(1_000_001), { mode: 0o600 });
  mkdirSync(at('folder'));
  execFileSync('mkfifo', ['-m', '600', at('pipe')]);
  const nameless = authority.issue('nameless', []);
  expect(refusalOf({ ...files, key: at('locked.key') })).toContain('is locked by a passphrase');
  expect(refusalOf({ cert: at('weak.pem'), key: at('weak.key') })).toContain('has 1024 bits');
  expect(refusalOf({ ...files, key: at('empty.key') })).toContain('holds no private key');
  expect(refusalOf({ ...files, key: at('large.key') })).toContain('is too large to be one');
  expect(refusalOf({ ...files, cert: files.key })).toContain('holds no certificate');
  expect(refusalOf({ ...files, key: files.cert })).toMatch(/other accounts|no private key/);
  expect(refusalOf({ ...files, cert: at('folder') })).toContain('is no file');
  expect(refusalOf({ ...files, cert: at('pipe') })).toContain('is no file');
  expect(refusalOf({ ...files, cert: at('none.pem') })).toContain('is not there');
  expect(refusalOf(nameless)).toContain('is for no name and no address');
});

const at = (text: string) => Date.parse(`${text}T00:00:00Z`);

test.each([
  ['2026-01-01', '2026-12-31', '2026-06-01', undefined],
  ['2026-01-01', '2026-12-31', '2026-12-10', undefined],
  ['2026-01-01', '2026-12-31', '2026-12-18', /^The certificate expires on 2026-12-31: put a renewed one/],
  ['2026-01-01', '2026-12-31', '2026-12-31', /^The certificate has expired on 2026-12-31, and clients refuse it/],
  ['2026-01-01', '2026-12-31', '2025-12-31', /^The certificate is valid from 2026-01-01 on/],
  // One that lives for six days is not about to end on its first.
  ['2026-01-01', '2026-01-07', '2026-01-02', undefined],
  ['2026-01-01', '2026-01-07', '2026-01-06', /expires on 2026-01-07/],
])('a certificate from %s to %s is told on %s as %s', (from, to, now, notice) => {
  const said = tlsNotice({ validFrom: at(from), validTo: at(to) }, at(now));
  if (notice === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(notice);
});
