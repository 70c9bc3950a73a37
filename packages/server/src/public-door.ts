/**
 * How the server is reached from beyond this machine, as the launcher says it: which entrances there are, and a
 * certificate that is taken up again whenever its files change. Where they cannot be used the last one stays, or nobody
 * gets in, and the log says why; loopback goes on either way.
 */

import { statSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { isPerdureError, messageOf } from '@perdure/contract';
import {
  readTlsPair,
  tlsNotice,
  type PublicAccess,
  type StatedProxy,
  type TlsFiles,
  type TlsPair,
} from '@perdure/home';
import { loopbackEntrance, proxyEntrance, tlsEntrance, type Entrance } from './http/entrance.ts';
import type { Beyond, BeyondListener } from './http/listen.ts';

export interface PublicWays {
  /** What comes to loopback. */
  readonly entrance: Entrance;
  /** Absent: nothing listens beyond it. */
  readonly beyond?: Beyond;
  /** To be called once it listens. Answers what should be known now. */
  start(listener: BeyondListener | undefined): readonly string[];
  close(): void;
}

export interface PublicDeps {
  readonly log: (message: string) => void;
  readonly clock: () => number;
  /** How often is looked whether files of the certificate have changed, in milliseconds. */
  readonly lookMs?: number;
}

/** A renewal has days; whoever waits for it has not. */
const usualLookMs = 5_000;
/** A certificate that runs out is told again, so that the log says so on every day. */
const tellAgainMs = 86_400_000;

export function openPublicWays(access: PublicAccess | undefined, deps: PublicDeps): PublicWays {
  const { door, proxy } = access ?? {};
  const entrance = loopbackEntrance(proxy?.url);
  if (door === undefined) return { entrance, start: () => [], close: () => undefined };
  const { host, port, tls } = door;
  const keeper = tls === undefined ? undefined : new CertificateKeeper(tls, deps);
  const beyond = {
    ...(host !== undefined && { host }),
    port,
    isTls: keeper !== undefined,
    entrance: proxy === undefined ? tlsEntrance((name) => keeper?.covers(name) === true) : proxyEntrance(proxy.url),
    ...(proxy !== undefined && { admits: admitting(proxy) }),
  };
  return {
    entrance,
    beyond,
    start: (listener) => (listener === undefined ? [] : (keeper?.start(listener) ?? [])),
    close: () => keeper?.close(),
  };
}

function admitting({ addresses }: StatedProxy): (peer: string) => boolean {
  const list = new BlockList();
  for (const range of addresses) {
    const [address = '', bits] = range.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  // An address of IPv4 that is written as one of IPv6 is found by either.
  return (peer) => list.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4');
}

class CertificateKeeper {
  readonly #files: TlsFiles;
  readonly #deps: PublicDeps;
  #pair: TlsPair | undefined;
  #listener: BeyondListener | undefined;
  /** What the files looked like just before they were taken. */
  #seen = '';
  #lastTold = { what: '', at: 0 };
  #looking: NodeJS.Timeout | undefined;

  constructor(files: TlsFiles, deps: PublicDeps) {
    this.#files = files;
    this.#deps = deps;
  }

  covers(name: string): boolean {
    return this.#pair?.covers(name) === true;
  }

  start(listener: BeyondListener): readonly string[] {
    this.#listener = listener;
    const told = this.#take() ?? this.#notice();
    if (told !== undefined) this.#tell(told);
    this.#looking = setInterval(() => this.#look(), this.#deps.lookMs ?? usualLookMs);
    return told === undefined ? [] : [told];
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #look(): void {
    const isChanged = this.#marks() !== this.#seen;
    const problem = isChanged ? this.#take() : undefined;
    if (isChanged && problem === undefined) this.#deps.log('A renewed certificate is used from now on.');
    const told = problem ?? this.#notice();
    if (told !== undefined) this.#tell(told);
  }

  /** Answers why it could not be taken: half of a renewal does not fit together, and is read again until it does. */
  #take(): string | undefined {
    const marks = this.#marks();
    try {
      const pair = readTlsPair(this.#files);
      this.#listener?.useCertificate(pair);
      this.#pair = pair;
      this.#seen = marks;
      return undefined;
    } catch (error) {
      const { message } = isPerdureError(error)
        ? error
        : { message: `The certificate ${this.#files.cert} is not taken by TLS (${messageOf(error)}).` };
      const until = this.#pair === undefined ? 'nobody gets in from beyond this machine' : 'the one before is used';
      return `${message} Until then ${until}.`;
    }
  }

  #notice(): string | undefined {
    return this.#pair === undefined ? undefined : tlsNotice(this.#pair, this.#deps.clock());
  }

  #tell(what: string): void {
    const now = this.#deps.clock();
    if (this.#lastTold.what === what && now - this.#lastTold.at < tellAgainMs) return;
    this.#lastTold = { what, at: now };
    this.#deps.log(what);
  }

  /** A link that leads elsewhere, a file that was replaced, and one that was written anew look different. */
  #marks(): string {
    return [this.#files.cert, this.#files.key].map(markOf).join(' ');
  }
}

function markOf(path: string): string {
  const { ino, size, mtimeMs, ctimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return [ino, size, mtimeMs, ctimeMs].join(':');
}
