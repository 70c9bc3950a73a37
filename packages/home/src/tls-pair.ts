/**
 * A certificate and its key, as the files that settings name hold them, and whether they can be used: whoever can read
 * the key can be this server for everybody who trusts its certificate. Both are files of others, which are replaced
 * when the certificate is renewed, often through links; so they are followed, and looked at once they are open.
 *
 * What is refused is said as a sentence, without a word of what the files hold.
 */

import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { PerdureError } from '@perdure/contract';
import type { TlsFiles } from './public-access.ts';

export interface TlsPair {
  /** As in the files. */
  readonly cert: string;
  readonly key: string;
  /** Names and addresses that it is for; a name may begin with `*.`. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Whether it is for this address, or for this name as a URL holds it. */
  readonly covers: (host: string) => boolean;
}

/** A chain of certificates is some kilobytes. */
const mostBytes = 1_000_000;

/** @throws PerdureError `config_invalid` */
export function readTlsPair(files: TlsFiles): TlsPair {
  const cert = readPem(files.cert, { isKey: false });
  const key = readPem(files.key, { isKey: true });
  const certificate = parseCertificate(cert, files.cert);
  const privateKey = parseKey(key, files.key);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw refused(
      `The key in ${files.key} is not that of the first certificate in ${files.cert}`,
      'name the two that belong together, and put the certificate of this server before those that signed it',
    );
  }
  const names = namesIn(certificate);
  if (names.length === 0) {
    throw refused(
      `The certificate in ${files.cert} is for no name and no address`,
      'make one with a subjectAltName, which is all that clients look at',
    );
  }
  return {
    cert,
    key,
    names,
    validFrom: certificate.validFromDate.getTime(),
    validTo: certificate.validToDate.getTime(),
    covers: (host) =>
      (isIP(host) > 0 ? certificate.checkIP(host) : certificate.checkHost(host, { subject: 'never' })) !== undefined,
  };
}

const dayMs = 86_400_000;
const soonMs = 14 * dayMs;

/** What should be known about it: that clients refuse it, or will soon. Undefined: nothing. */
export function tlsNotice({ validFrom, validTo }: Pick<TlsPair, 'validFrom' | 'validTo'>, now: number) {
  const renew = 'put a renewed one in its place, which is taken up without a restart';
  if (now >= validTo) return `The certificate has expired on ${day(validTo)}, and clients refuse it: ${renew}.`;
  if (now < validFrom) {
    return `The certificate is valid from ${day(validFrom)} on, and clients refuse it until then: look at the clock of this machine, or ${renew}.`;
  }
  // Some live for days only, and are renewed in the last third.
  const soon = Math.min(soonMs, (validTo - validFrom) / 4);
  return validTo - now < soon ? `The certificate expires on ${day(validTo)}: ${renew}.` : undefined;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function readPem(path: string, { isKey }: { readonly isKey: boolean }): string {
  const what = isKey ? 'key' : 'certificate';
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read by this account (${code})`;
    throw refused(`The ${what} ${path} ${why}`, 'correct its path, or give this account a copy of its own');
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw refused(`The ${what} ${path} is no file`, 'name the file itself');
    if (stat.size > mostBytes) throw refused(`The ${what} ${path} is too large to be one`, 'name the right file');
    if (isKey) refuseOpenKey(path, stat);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function refuseOpenKey(path: string, { mode, uid }: { readonly mode: number; readonly uid: number }): void {
  if ((mode & 0o077) !== 0) {
    throw refused(
      `The key ${path} can be read or changed by other accounts (mode ${(mode & 0o777).toString(8)})`,
      `\`chmod 600\` it, or give this account a copy with \`install -m 600\`; where others had it, have a new certificate made`,
    );
  }
  const own = process.geteuid?.() ?? uid;
  if (uid === own || uid === 0) return;
  throw refused(`The key ${path} belongs to another account`, 'give this account a copy with `install -m 600`');
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw refused(`${path} holds no certificate`, 'name a PEM file, which begins with -----BEGIN CERTIFICATE-----');
  }
}

const fewestBits = 2_048;

function parseKey(pem: string, path: string): KeyObject {
  if (pem.includes('ENCRYPTED')) {
    throw refused(`The key ${path} is locked by a passphrase`, 'keep it without one, readable by this account alone');
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw refused(`${path} holds no private key`, 'name a PEM file, which begins with -----BEGIN PRIVATE KEY-----');
  }
  const { modulusLength } = key.asymmetricKeyDetails ?? {};
  if (modulusLength === undefined || modulusLength >= fewestBits) return key;
  throw refused(`The key ${path} has ${modulusLength} bits, which clients refuse`, `make one of ${fewestBits} or more`);
}

/** Only names and addresses: it may be for mailboxes too. */
function namesIn({ subjectAltName = '' }: X509Certificate): readonly string[] {
  return subjectAltName
    .split(', ')
    .flatMap((entry) => /^(?:DNS|IP Address):([\w.*:-]+)$/.exec(entry)?.[1] ?? [])
    .map((name) => name.toLowerCase());
}

function refused(what: string, remedy: string): PerdureError {
  return new PerdureError('config_invalid', `${what}: ${remedy}.`);
}
