/** Messages, edits and files of one principal are limited together: each costs all others something. */

import type { Principal } from '@perdure/contract';
import { refuse, type Refusal } from '../core/refusal.ts';
import type { HubDeps } from './deps.ts';

/** Counts one. Undefined: it may go on. */
export function takeSend({ sends, clock }: Pick<HubDeps, 'sends' | 'clock'>, by: Principal): Refusal | undefined {
  const waitMs = sends.take(by.id, clock());
  if (waitMs === 0) return undefined;
  const seconds = Math.ceil(waitMs / 1_000);
  return refuse('rate_limited', `You send faster than 20 messages or files a second; wait ${seconds} s and go on.`, {
    retryAfterSeconds: seconds,
  });
}
