/**
 * Which addresses lie on the public internet. Everything else (this machine, its networks, the metadata service of a
 * cloud) belongs to the owner of the machine, and no model is to reach it through us.
 *
 * Addresses are compared as bytes, not as text. IPv6 is turned round: only the block that is given out for public use
 * is let through, less the parts of it that carry an IPv4 address or lead nowhere, so every way of wrapping a private
 * IPv4 address is refused unseen.
 */

import { BlockList, isIP } from 'node:net';

const privateV4 = listOf('ipv4', [
  ['0.0.0.0', 8], // unspecified: "this network"
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by a carrier's customers; also the metadata service of some clouds
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // a public address that inside Azure is the host
  ['169.254.0.0', 16], // link-local: the metadata service of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; also a metadata service
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
]);

const globalV6 = listOf('ipv6', [['2000::', 3]]);

const privateV6 = listOf('ipv6', [
  ['2001::', 23], // protocol assignments: Teredo (wraps IPv4), benchmarks, ORCHID
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: wraps IPv4
  ['3fff::', 20], // documentation
]);

/** False for whatever is no plain IP address: fails closed. */
export function isPublicAddress(address: string): boolean {
  // A zone (`%eth0`) names an interface of this machine.
  if (address.includes('%')) return false;
  switch (isIP(address)) {
    case 4:
      return !privateV4.check(address, 'ipv4');
    case 6:
      return globalV6.check(address, 'ipv6') && !privateV6.check(address, 'ipv6');
    default:
      return false;
  }
}

function listOf(family: 'ipv4' | 'ipv6', subnets: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
