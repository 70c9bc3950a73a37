/**
 * How this instance is reached from beyond its machine, as settings say it: over TLS at a port of its own, through a
 * proxy that ends TLS in front of it, or not at all. What would send keys over a network in the clear is refused. Pure.
 */

import { isIP } from 'node:net';
import { PerdureError } from '@perdure/contract';
import { settingsTable, type Settings } from './settings-table.ts';

/** Holds no secret: the key of the certificate is named, not held. */
export interface PublicAccess {
  /** The port beyond loopback. Absent: a proxy on this machine comes to the port of the API. */
  readonly door?: PublicDoor;
  /** Who ends TLS in front of us. Absent: we do. */
  readonly proxy?: StatedProxy;
}

export interface PublicDoor {
  /** Absent: all addresses of this machine. */
  readonly host?: string;
  readonly port: number;
  /** Absent: the stated proxy alone may connect, and does so in the clear. */
  readonly tls?: TlsFiles;
}

export interface TlsFiles {
  /** Absolute. The certificate, and behind it those of who signed it. */
  readonly cert: string;
  /** Absolute. */
  readonly key: string;
}

export interface StatedProxy {
  /** By which clients reach it: `https://hub.example.com`. */
  readonly url: string;
  /** From where it comes to the door: addresses, or ranges of them. Where there is no door it is on this machine. */
  readonly addresses: readonly string[];
}

type Given = Pick<Settings, 'listen' | 'publicPort' | 'tlsCert' | 'tlsKey' | 'behindProxy' | 'proxyAddresses'>;

/** @throws PerdureError `usage` where it would be open without encryption, or nobody knows for whom */
export function choosePublicAccess(settings: Given): PublicAccess {
  const { listen, behindProxy: url, proxyAddresses: addresses } = settings;
  const port = settings.publicPort ?? Number(settingsTable.publicPort.default);
  const tls = tlsFilesOf(settings);
  if (url === undefined) {
    if (tls === undefined) {
      throw new PerdureError(
        'usage',
        'Beyond this machine keys would be sent in the clear: give --public a certificate with --tls-cert and --tls-key, or say with --behind-proxy https://… which proxy encrypts.',
      );
    }
    if (addresses !== undefined) {
      throw new PerdureError('usage', '--proxy-address is for a proxy: say with --behind-proxy https://… which one.');
    }
    return { door: { ...(listen !== undefined && { host: listen }), port, tls } };
  }
  if (addresses === undefined) {
    if (listen === undefined && tls === undefined) return { proxy: { url, addresses: [] } };
    throw new PerdureError(
      'usage',
      'Behind a proxy nobody else may come in: say with --proxy-address from where it comes, or leave out --listen and --tls-cert where it runs on this machine.',
    );
  }
  const door = { ...(listen !== undefined && { host: listen }), port, ...(tls !== undefined && { tls }) };
  return { door, proxy: { url, addresses } };
}

function tlsFilesOf({ tlsCert: cert, tlsKey: key }: Given): TlsFiles | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  const [given, missing] = cert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
  throw new PerdureError('usage', `${given} is given without ${missing}: a certificate and its key go together.`);
}

/** `https://host` or `https://host:port`, in the form in which browsers write it. Undefined: it is none, or more. */
export function httpsOrigin(raw: string): string | undefined {
  const url = URL.canParse(raw) ? new URL(raw) : undefined;
  const isBare = url !== undefined && /^https:\/\/[^/?#@\s]+\/?$/i.test(raw) && !url.hostname.includes('*');
  return isBare && url.protocol === 'https:' ? url.origin : undefined;
}

/** An address, or with `/` and a number a range of them. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
