/**
 * The ways by which requests come in: which names are the server's own there, which address the client has come by, and
 * whose word is taken for where it comes from. Only a stated proxy is believed what it says of others, and it is known
 * by where it connects from and by the name that it passes on. Pure.
 */

import { PerdureError } from '@perdure/contract';
import { countedAddress, forwardedAddress } from './client-address.ts';
import { checkOrigin, refuseHost } from './security.ts';

export interface Arrival {
  /** By which the client has come, for links that it is given: behind a forwarded port another than we listen on. */
  readonly base: string;
  /** Where it comes from, as wrong keys are counted. */
  readonly address: string;
}

/** @throws PerdureError `forbidden` (A1, A2) */
export type Entrance = (headers: Headers, peer: string | undefined) => Arrival;

/** Neither `localhost` nor [::1]: we do not listen behind [::1], and another account of the machine may. */
const loopbackHost = /^127\.0\.0\.1(:\d{1,5})?$/;

/** Loopback, and the socket of the state root. `proxyUrl`: of a proxy on this machine. */
export function loopbackEntrance(proxyUrl?: string): Entrance {
  const behind = proxyUrl === undefined ? undefined : proxyEntrance(proxyUrl);
  return (headers, peer) => {
    const host = headers.get('host') ?? '';
    if (!loopbackHost.test(host)) {
      if (behind !== undefined) return behind(headers, peer);
      return refuseHost('127.0.0.1');
    }
    if (behind !== undefined && isForwarded(headers)) {
      throw new PerdureError(
        'forbidden',
        'The proxy in front has to pass on the Host that it was asked for; set that in its configuration.',
      );
    }
    return arrivalAt(`http://${host}`, headers, peer);
  };
}

/** TLS that ends here: whatever the certificate is for is a name of ours. */
export function tlsEntrance(covers: (host: string) => boolean): Entrance {
  return (headers, peer) => {
    const place = placeOf(headers.get('host') ?? '');
    if (place === undefined || !covers(place.name)) return refuseHost('the names of its certificate');
    return arrivalAt(place.base, headers, peer);
  };
}

/** A stated proxy ends TLS: whoever comes this way is it. */
export function proxyEntrance(proxyUrl: string): Entrance {
  return (headers, peer) => {
    if (placeOf(headers.get('host') ?? '')?.base !== proxyUrl) {
      return refuseHost('the address that --behind-proxy states');
    }
    const said = headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim().toLowerCase();
    if (said !== undefined && said !== 'https') {
      throw new PerdureError(
        'forbidden',
        `This server is reached over HTTPS alone; ask ${proxyUrl}, and send nothing to the other address.`,
      );
    }
    return arrivalAt(proxyUrl, headers, forwardedAddress(headers.get('x-forwarded-for')) ?? peer);
  };
}

/** Whether the client has come over TLS. */
export function isSecure({ base }: Pick<Arrival, 'base'>): boolean {
  return base.startsWith('https://');
}

function arrivalAt(base: string, headers: Headers, from: string | undefined): Arrival {
  checkOrigin(headers, base);
  return { base, address: countedAddress(from) };
}

function isForwarded(headers: Headers): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'].some((name) => headers.has(name));
}

/** A host as it is sent, without what a URL could hide in it: a user, a path, a sign that is written otherwise. */
function placeOf(host: string): { readonly base: string; readonly name: string } | undefined {
  if (!/^(?:[a-z\d-]+(?:\.[a-z\d-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return undefined;
  const text = `https://${host}`;
  if (!URL.canParse(text)) return undefined;
  const { origin, hostname } = new URL(text);
  return { base: origin, name: hostname.replaceAll(/[[\]]/g, '') };
}
