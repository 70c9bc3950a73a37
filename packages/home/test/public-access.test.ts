import { isPerdureError } from '@perdure/contract';
import { expect, test } from 'vitest';
import { choosePublicAccess, httpsOrigin, isAddressRange } from '../src/public-access.ts';
import { resolveSettings } from '../src/settings.ts';

const files = { tlsCert: '/c', tlsKey: '/k' };
const tls = { cert: '/c', key: '/k' };
const behindProxy = 'https://hub.example.com';
const proxyAddresses = ['10.0.0.2'];

test('TLS listens on all addresses unless one is given', () => {
  expect(choosePublicAccess({ ...files, publicPort: 7443 })).toEqual({ door: { port: 7443, tls } });
  expect(choosePublicAccess({ ...files, listen: '::1' })).toEqual({ door: { port: 7443, host: '::1', tls } });
});

test('a proxy on this machine needs no port; one elsewhere gets one for itself alone', () => {
  expect(choosePublicAccess({ behindProxy })).toEqual({ proxy: { url: behindProxy, addresses: [] } });
  const proxy = { url: behindProxy, addresses: proxyAddresses };
  expect(choosePublicAccess({ behindProxy, proxyAddresses })).toEqual({ door: { port: 7443 }, proxy });
  expect(choosePublicAccess({ behindProxy, proxyAddresses, ...files, listen: '10.0.0.1', publicPort: 1 })).toEqual({
    door: { port: 1, host: '10.0.0.1', tls },
    proxy,
  });
});

test.each([
  ['without encryption', {}, '--tls-cert and --tls-key, or say with --behind-proxy'],
  ['on an address without encryption', { listen: '0.0.0.0' }, 'keys would be sent in the clear'],
  ['with a certificate without a key', { tlsCert: '/c' }, '--tls-cert is given without --tls-key'],
  ['with a key without a certificate', { tlsKey: '/k', behindProxy }, '--tls-key is given without --tls-cert'],
  ['for everybody behind a proxy', { behindProxy, listen: '0.0.0.0' }, '--proxy-address'],
  ['for everybody with a certificate behind a proxy', { behindProxy, ...files }, '--proxy-address'],
  ['with the addresses of no proxy', { ...files, proxyAddresses }, 'say with --behind-proxy'],
])('%s nothing is opened', (_name, settings, words) => {
  expect(() => choosePublicAccess(settings)).toThrow(words);
  expect(() => choosePublicAccess(settings)).toThrow(
    expect.toSatisfy((error: unknown) => isPerdureError(error, 'usage')) as Error,
  );
});

test('the address of a proxy is an origin of https, as browsers write it', () => {
  expect(httpsOrigin('https://Hub.Example.com:443/')).toBe('https://hub.example.com');
  expect(httpsOrigin('https://[2001:DB8::1]:8443')).toBe('https://[2001:db8::1]:8443');
  for (const raw of [
    'http://a.b',
    'https://a.b/c',
    'https://a.b?',
    'https://a.b#',
    'https://u@a.b',
    'a.b',
    'https://*.b',
  ])
    expect([raw, httpsOrigin(raw)]).toEqual([raw, undefined]);
});

test('addresses and ranges of both families are known from anything else', () => {
  for (const text of ['10.0.0.2', '10.0.0.0/8', '::1', 'fd00::/8', '2001:db8::/128'])
    expect(isAddressRange(text)).toBe(true);
  for (const text of ['', 'proxy', '10.0.0', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1'])
    expect([text, isAddressRange(text)]).toEqual([text, false]);
});

const resolve = (content: unknown) =>
  resolveSettings({
    flags: {},
    env: {},
    envFile: { path: '/state/.env', content: {} },
    yaml: { path: '/state/perdure.config.yaml', content },
    cwd: '/work',
    root: '/state',
  }).values;

test('settings of the file are taken as flags are, paths from the state root on, and wrong ones are named', () => {
  const given = {
    tlsCert: 'tls/hub.pem',
    tlsKey: '/etc/k',
    listen: '::',
    port: 443,
    proxyAddresses: ['::1', '10.0.0.0/8'],
  };
  expect(resolve({ public: given })).toMatchObject({
    tlsCert: '/state/tls/hub.pem',
    tlsKey: '/etc/k',
    listen: '::',
    publicPort: 443,
    proxyAddresses: ['::1', '10.0.0.0/8'],
  });
  expect(() => resolve({ public: { listen: 'eth0' } })).toThrow('"eth0" (public.listen in /state/perdure.config.yaml)');
  expect(() => resolve({ public: { behindProxy: 'http://a' } })).toThrow('such as https://hub.example.com');
  expect(() => resolve({ public: { proxyAddresses: ['proxy'] } })).toThrow('such as 192.0.2.7 or 10.0.0.0/24');
});
