import { isPerdureError } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { countedAddress, forwardedAddress } from '../../src/http/client-address.ts';
import { loopbackEntrance, proxyEntrance, tlsEntrance, type Entrance } from '../../src/http/entrance.ts';

const proxy = 'https://hub.example.com';
const covered = (host: string) => ['hub.test', '192.0.2.7', '::1'].includes(host);

/** The address by which somebody has come and where they come from, or that they are refused. */
function arrive(
  entrance: Entrance,
  headers: Record<string, string>,
  peer: string | undefined = '198.51.100.9',
): string {
  try {
    const { base, address } = entrance(new Headers(headers), peer);
    return `${base} ${address}`;
  } catch (error) {
    if (!isPerdureError(error, 'forbidden')) throw error;
    return 'refused';
  }
}

describe('TLS that ends here', () => {
  test.each([
    ['hub.test:7443', 'https://hub.test:7443 198.51.100.9'],
    ['HUB.test', 'https://hub.test 198.51.100.9'],
    ['hub.test:443', 'https://hub.test 198.51.100.9'],
    ['192.0.2.7:7443', 'https://192.0.2.7:7443 198.51.100.9'],
    ['[::1]:7443', 'https://[::1]:7443 198.51.100.9'],
    ['127.0.0.1:7443', 'refused'],
    ['localhost', 'refused'],
    ['evil.example', 'refused'],
    ['hub.test.evil.example', 'refused'],
    ['evil@hub.test', 'refused'],
    ['hub.test/evil', 'refused'],
    ['hub.test#', 'refused'],
    ['hub.test:99999', 'refused'],
    ['0xc0.0.2.7', 'https://192.0.2.7 198.51.100.9'],
    ['hub%2etest', 'refused'],
    ['', 'refused'],
  ])('A1: a request to %j arrives as %s', (host, as) => {
    expect(arrive(tlsEntrance(covered), { host })).toBe(as);
  });

  test('A1: without a Host nobody comes in', () => {
    expect(arrive(tlsEntrance(covered), {})).toBe('refused');
  });

  test('A2: of the pages only its own may ask, by the same port and over TLS', () => {
    const entrance = tlsEntrance(covered);
    const from = (origin: string) => arrive(entrance, { host: 'hub.test:7443', origin });
    expect(from('https://hub.test:7443')).toMatch(/^https/);
    for (const origin of [
      'https://hub.test',
      'http://hub.test:7443',
      'https://evil.example',
      'https://192.0.2.7:7443',
      'null',
    ])
      expect([origin, from(origin)]).toEqual([origin, 'refused']);
  });

  test('what a client says of where it comes from is not believed', () => {
    const headers = { host: 'hub.test', 'x-forwarded-for': '203.0.113.1', forwarded: 'for=203.0.113.1' };
    expect(arrive(tlsEntrance(covered), headers)).toBe('https://hub.test 198.51.100.9');
  });
});

describe('behind a proxy', () => {
  const entrances = { 'on this machine': loopbackEntrance(proxy), elsewhere: proxyEntrance(proxy) };
  describe.each(Object.entries(entrances))('%s', (_where, entrance) => {
    const at = (headers: Record<string, string>, peer = '127.0.0.1') => arrive(entrance, headers, peer);
    const from = (said: string) => at({ host: 'hub.example.com', 'x-forwarded-for': said }, '10.0.0.2');
    const over = (proto: string) => at({ host: 'hub.example.com', 'x-forwarded-proto': proto }, '198.51.100.9');

    test('A1, A2: its name alone is ours, and pages of that name', () => {
      expect(at({ host: 'hub.example.com' })).toBe(`${proxy} 127.0.0.1`);
      expect(at({ host: 'Hub.example.com:443', origin: proxy })).toBe(`${proxy} 127.0.0.1`);
      for (const host of [
        'hub.example.com:8443',
        'hub.example.com.',
        'evil.example',
        'localhost:7373',
        'a.hub.example.com',
      ])
        expect([host, at({ host })]).toEqual([host, 'refused']);
      for (const origin of ['http://hub.example.com', 'http://127.0.0.1:7373', 'https://evil.example', 'null'])
        expect([origin, at({ host: 'hub.example.com', origin })]).toEqual([origin, 'refused']);
    });

    test('the last that it says of its client counts, which the client cannot add', () => {
      expect(from('203.0.113.1')).toBe(`${proxy} 203.0.113.1`);
      expect(from('6.6.6.6, 7.7.7.7,203.0.113.1 ')).toBe(`${proxy} 203.0.113.1`);
      expect(from('[2001:db8::1]:4711')).toBe(`${proxy} 2001:db8:0:0::/64`);
      for (const said of ['unknown', '', '_hidden', '1.2.3.4, ', '::1x'])
        expect([said, from(said)]).toEqual([said, `${proxy} 10.0.0.2`]);
    });

    test('what came to it unencrypted is refused', () => {
      expect([over('https'), over('HTTPS'), over('http, https')]).toEqual(
        Array.from({ length: 3 }, () => `${proxy} 198.51.100.9`),
      );
      expect([over('http'), over('https, http'), over('ws')]).toEqual(['refused', 'refused', 'refused']);
    });
  });

  test('programs of this machine come as before, and a proxy that hides the name that it was asked for is told so', () => {
    const entrance = loopbackEntrance(proxy);
    expect(arrive(entrance, { host: '127.0.0.1:7373' }, '127.0.0.1')).toBe('http://127.0.0.1:7373 127.0.0.1');
    for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded']) {
      expect(() => entrance(new Headers({ host: '127.0.0.1:7373', [name]: 'x' }), '127.0.0.1')).toThrow(
        'pass on the Host',
      );
    }
    expect(arrive(entrance, { host: 'hub.example.com' })).toMatch(/^https/);
    expect(arrive(entrance, { host: 'hub.example.com' }, undefined)).toMatch(/^https/);
  });

  test('where none is stated nobody is believed, and no other name is ours', () => {
    const headers = { host: '127.0.0.1:7373', 'x-forwarded-for': '203.0.113.1', 'x-forwarded-proto': 'https' };
    expect(arrive(loopbackEntrance(), headers, '127.0.0.1')).toBe('http://127.0.0.1:7373 127.0.0.1');
    expect(arrive(loopbackEntrance(), { host: 'hub.example.com' }, '127.0.0.1')).toBe('refused');
  });
});

test.each([
  [undefined, 'here'],
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::7', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
])('wrong keys from %s are counted together as %s', (peer, counted) => {
  expect(countedAddress(peer)).toBe(counted);
});

test('an address that is none is not taken from a header', () => {
  expect(forwardedAddress(null)).toBeUndefined();
  expect(forwardedAddress('1.2.3.4, evil')).toBeUndefined();
  expect(forwardedAddress('1.2.3.4:80')).toBe('1.2.3.4');
});
