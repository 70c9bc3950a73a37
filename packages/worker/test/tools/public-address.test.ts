import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../src/tools/shipped/public-address.ts';

const refused = `
0.0.0.0 0.1.2.3 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255 127.0.0.0 127.0.0.1 127.255.255.255
168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.0
192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.7 203.0.113.7 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::2 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:a9fe:a9fe 0:0:0:0:0:ffff:7f00:1 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::8.8.8.8 64:ff9b:1::a00:1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1
2001:20::1 2001:db8::1 2002:7f00:1::1 2002:a9fe:a9fe:: 3fff::1 3fff:fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fdff::1
fe80::1 fe80::1%eth0 2606:4700:4700::1111%eth0 fec0::1 feff::1 ff00::1 ff02::1 ff0e::1
0 1 127.1 0177.0.0.1 0x7f.0.0.1 0x7f000001 2130706433 127.0.0.1. 010.8.8.8 8.8.8 8.8.8.8/32 [::1] localhost example.com
`
  .trim()
  .split(/\s+/);

const allowed = `
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 168.63.129.15 169.253.255.255
169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.1 192.0.3.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2001:200::1 2001:4860:4860::8888 2606:4700:4700::1111 2a00:1450:4001:81b::200e 2003::1 2001:db9::1
`
  .trim()
  .split(/\s+/);

describe('the addresses of the public internet', () => {
  it('are held against enough forms of the others', () => {
    expect(new Set(refused).size).toBe(refused.length);
    expect(refused.length).toBeGreaterThan(75);
  });

  it.each([...refused, '', ' 8.8.8.8', '8.8.8.8\0'])('do not include %j', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(allowed)('include %s, however close it lies to one that is refused', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
