/** Where a request comes from, as wrong keys are counted. Pure. */

import { isIP, isIPv6 } from 'node:net';

/** What comes over the socket of the state root has no address, and all of it the same. */
const here = 'here';

/** Who has one address of IPv6 has the whole network of it to choose from: such are one. */
export function countedAddress(peer: string | undefined): string {
  if (peer === undefined) return here;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(peer)?.[1];
  if (mapped !== undefined) return mapped;
  return isIPv6(peer) ? `${network(peer)}::/64` : peer;
}

/**
 * Whom the proxy in front names as its client: the last entry, which it has added itself. What stands before that was
 * sent by the client. Undefined: it names nobody.
 */
export function forwardedAddress(header: string | null): string | undefined {
  const last = header?.split(',').at(-1)?.trim() ?? '';
  const bare = /^\[(.+)\](?::\d+)?$/.exec(last)?.[1] ?? /^([\d.]+):\d+$/.exec(last)?.[1] ?? last;
  return isIP(bare) > 0 ? bare : undefined;
}

/** The first half of an address of IPv6, each group in full. */
function network(address: string): string {
  const [before = '', after] = address.split('%', 1)[0]!.split('::');
  const head = groups(before);
  const tail = groups(after);
  // An address of IPv4 at the end takes the place of two groups.
  const size = head.length + tail.length + (address.includes('.') ? 1 : 0);
  const all = [...head, ...Array.from({ length: Math.max(0, 8 - size) }, () => '0'), ...tail];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

function groups(text: string | undefined): readonly string[] {
  return text === undefined || text === '' ? [] : text.split(':');
}
