/** A lease to ask for, with the token that is told once, to whoever gets it; only its hash is ever stored. */

import { compact } from '@perdure/contract';
import type { NewLease } from '../core/commands.ts';
import { sha256 } from '../core/sha256.ts';
import type { LeaseDeps } from './deps.ts';

export interface LeaseOffer {
  readonly token: string;
  readonly lease: NewLease;
}

export function offerLease(
  { newToken, leaseTtlMs: ttlMs, process }: Pick<LeaseDeps, 'newToken' | 'leaseTtlMs' | 'process'>,
  holder: string,
  token = newToken(),
): LeaseOffer {
  return { token, lease: { holder, tokenHash: sha256(token), ttlMs, ...compact({ process }) } };
}
