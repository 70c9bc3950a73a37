import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInstance, writeInstance, type InstanceInfo, type PublicAccess } from '@perdure/home';
import { makeAuthority } from '@perdure/testing';
import { tempFolder } from '@perdure/testing/after-test';
import { expect, test } from 'vitest';
import { publicRows } from '../../src/instance/public.ts';
import { upScreen } from '../../src/instance/view-up.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace, dataIn } from '../harness.ts';

const names = ['DNS:hub.test', 'IP:192.0.2.7', 'IP:::1'];
const plain = (_colour: string, text: string) => text;
const rowsOf = (access: PublicAccess, now = Date.now()) =>
  Object.fromEntries(publicRows(access, { port: 7373, now, paint: plain }));

test.each([
  ['without encryption', ['--public'], 2, 'keys would be sent in the clear'],
  [
    'with a certificate but not asked for',
    ['--tls-cert', 'c', '--tls-key', 'k'],
    2,
    '--tls-cert is about other machines',
  ],
  ['on an address but not asked for', ['--listen', '0.0.0.0'], 2, '--listen is about other machines'],
  ['with files that are not there', ['--public', '--tls-cert', 'c', '--tls-key', 'k'], 2, 'is not there'],
  ['with a proxy that does not encrypt', ['--public', '--behind-proxy', 'http://hub.test'], 2, 'such as https://'],
  [
    'for everybody behind a proxy',
    ['--public', '--behind-proxy', 'https://hub.test', '--listen', '::'],
    2,
    '--proxy-address',
  ],
])('up %s opens nothing, makes nothing and says what to give', async (_name, flags, code, words) => {
  using place = createPlace();
  const before = readdirSync(place.paths.root);
  const refused = await cli(['up', ...flags], { cwd: place.folder });
  expect([refused.code, refused.stdout, refused.stderr]).toEqual([code, '', expect.stringContaining(words)]);
  expect(readdirSync(place.paths.root)).toEqual(before);
});

test('up with a key that others can read is refused, by whatever setting it is named', async () => {
  using place = createPlace();
  const files = makeAuthority(tempFolder()).issue('hub', names);
  chmodSync(files.key, 0o640);
  const env = { PERDURE_TLS_CERT: files.cert, PERDURE_TLS_KEY: files.key };
  const refused = await cli(['up', '--public'], { cwd: place.folder, env });
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('can be read or changed by other accounts'),
  ]);
});

test('what is bound where is told for each way in', () => {
  const tls = makeAuthority(tempFolder()).issue('hub', names);
  const proxy = { url: 'https://hub.test', addresses: ['10.0.0.2', '10.1.0.0/16'] };
  const own = rowsOf({ door: { port: 7443, tls } });
  expect(own).toMatchObject({
    Public: 'https://hub.test:7443, https://192.0.2.7:7443, https://[0:0:0:0:0:0:0:1]:7443',
    Bound: 'all addresses, port 7443, TLS',
    Certificate: expect.stringMatching(/^until \d{4}-\d\d-\d\d$/) as string,
  });
  expect(rowsOf({ door: { host: '192.0.2.7', port: 443, tls } })).toMatchObject({
    Public: 'https://hub.test, https://192.0.2.7, https://[0:0:0:0:0:0:0:1]',
    Bound: '192.0.2.7, port 443, TLS',
  });
  expect(rowsOf({ proxy: { ...proxy, addresses: [] } })).toEqual({
    Public: 'https://hub.test',
    Bound: '127.0.0.1 alone, port 7373, to which the proxy on this machine comes',
  });
  expect(rowsOf({ door: { port: 7443 }, proxy })).toEqual({
    Public: 'https://hub.test',
    Bound: 'all addresses, port 7443, not encrypted, for 10.0.0.2, 10.1.0.0/16 alone',
  });
  expect(rowsOf({ door: { port: 7443, tls }, proxy }).Bound).toContain('TLS, for 10.0.0.2');
  expect(rowsOf({ door: { port: 7443, tls } }, Date.now() + 85 * 86_400_000).Certificate).toContain(
    'The certificate expires on',
  );
});

test('the first screen says who may come, and status what has become of the certificate since', async () => {
  const folder = tempFolder();
  const tls = makeAuthority(folder).issue('hub', names);
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  const { info } = readInstance(place.paths) as { readonly info: InstanceInfo };
  // Within the time of its certificate.
  const status = async (...flags: readonly string[]) =>
    (await cli(['status', ...flags], { cwd: place.folder, now: Date.now() })).stdout;
  expect(await status()).not.toContain('Public');
  const access = { door: { port: 7443, tls } };
  writeInstance(place.paths, { ...info, public: access });
  expect(await status()).toMatch(
    /^Public +https:\/\/hub\.test:7443, .*\nBound +all addresses, port 7443, TLS\nCertificate +until /m,
  );
  expect(dataIn(await status('--json'))).toMatchObject({
    public: { ...access, urls: expect.arrayContaining(['https://hub.test:7443']) as string[] },
  });
  writeFileSync(join(folder, 'hub.key'), 'gone');
  expect(await status()).toMatch(/^Certificate +.*hub\.key holds no private key/m);

  const screen = { info, root: '/r', homeFlag: '', pipelines: [], took: '1 s' };
  expect(upScreen(screen, plain)).toMatch(/Access +this machine only, with the owner's key/);
  const reached = [['Public', 'https://hub.test:7443']] as const;
  const open = upScreen({ ...screen, reached }, plain);
  expect(open).toMatch(/Public +https:\/\/hub\.test:7443\n/);
  expect(open).toMatch(/Access +with the owner's key/);
});
