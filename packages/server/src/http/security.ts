/**
 * Who may talk to the server. Beyond loopback anybody can reach it, and on loopback every web page in the owner's
 * browser can:
 *
 * A1 the Host header must name this server as it is reached where the request came in, else a foreign name was pointed
 *    at us (DNS rebinding): 127.0.0.1 on loopback, beyond it what the certificate or the stated proxy is for.
 * A2 an Origin header, which browsers add, must be the server's own.
 * A3 all but the open routes need a key, in the Authorization header and nowhere else: URLs end up in logs. Of a person
 *    in a browser it is the two halves of a session (A5).
 * A4 the key of a principal opens the hub alone; all else is the owner's.
 * A5 a session opens nothing by its cookie alone, and nothing for a page of another origin.
 */

import { PerdureError, type Principal } from '@perdure/contract';
import { may, refusalError, type FailedKeys, type Refusal } from '@perdure/hub';
import type { Caller, Identify } from '@perdure/hub/desk';

/** A1. @throws PerdureError `forbidden` */
export function refuseHost(names: string): never {
  throw new PerdureError(
    'forbidden',
    `This server answers only to ${names}; use the address that \`perdure status\` prints.`,
  );
}

/** A2: `own` is the origin of our pages. @throws PerdureError `forbidden` */
export function checkOrigin(headers: Headers, own: string): void {
  const origin = headers.get('origin');
  if (origin === null || origin.toLowerCase() === own.toLowerCase()) return;
  throw new PerdureError('forbidden', 'Pages of other origins may not use this server; open its own address instead.');
}

export interface KeyCheckDeps {
  readonly identify: Identify;
  /** By address, over HTTP and the socket of the hub together. */
  readonly failedKeys: FailedKeys;
  readonly clock: () => number;
}

/** Looks whose key came from where. @throws PerdureError `unauthenticated`, or `rate_limited` after many wrong ones */
export type KeyCheck = (key: string | undefined, address: string) => Promise<Caller>;

/** What came of a link, with a wrong one counted as a wrong key. @throws PerdureError as `KeyCheck` */
export type SignIn = <Opened extends { readonly kind: 'opened' }>(
  outcome: Opened | Refusal,
  address: string,
) => Promise<Opened>;

export function createSignIn({ failedKeys, clock }: Pick<KeyCheckDeps, 'failedKeys' | 'clock'>): SignIn {
  return async (outcome, address) => {
    if (outcome.kind === 'opened') return outcome;
    const waitMs = outcome.code === 'unauthenticated' ? failedKeys.fail(address, clock()) : 0;
    throw waitMs > 0 ? tooManyFailures(waitMs) : refusalError(outcome);
  };
}

/** A right key is never kept waiting, whoever else guesses from its address; a wrong one is told so a few times. */
export function createKeyCheck({ identify, failedKeys, clock }: KeyCheckDeps): KeyCheck {
  return async (key, address) => {
    const caller = key === undefined ? undefined : await identify(key);
    if (caller !== undefined) return caller;
    // Who brings none has guessed nothing.
    const waitMs = key === undefined ? 0 : failedKeys.fail(address, clock());
    if (waitMs > 0) throw tooManyFailures(waitMs);
    throw new PerdureError(
      'unauthenticated',
      'The key is missing, wrong or revoked; send `Authorization: Bearer <key>`, `perdure key` prints that of the owner.',
    );
  };
}

export function bearerOf(headers: Headers): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
}

function tooManyFailures(waitMs: number): PerdureError {
  const retryAfterSeconds = Math.ceil(waitMs / 1_000);
  return new PerdureError(
    'rate_limited',
    `Too many wrong keys came from this address; wait ${retryAfterSeconds} s, and check the key before you go on.`,
    { details: { retryAfterSeconds } },
  );
}

/** For all that is not of the hub (A4). @throws PerdureError `forbidden` */
export function checkOperator(by: Principal | undefined): void {
  if (by !== undefined && may(by, 'instance.operate')) return;
  throw new PerdureError('forbidden', 'This is for the owner alone: your key opens the hub, and nothing else here.');
}
