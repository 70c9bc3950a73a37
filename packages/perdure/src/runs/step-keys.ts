/** A step key that a run does not have, and the keys that may have been meant. */

import { compact, PerdureError } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { allPages } from '../client/all-pages.ts';
import { editDistance } from '../text/near-words.ts';

export interface StepKeyRequest {
  readonly runId: string;
  readonly key: string;
  readonly homeFlag: string;
}

/** `error`, told with what the record has near `key`. */
export async function noSuchStep(client: Client, error: PerdureError, wrong: StepKeyRequest): Promise<PerdureError> {
  const { runId, key, homeFlag } = wrong;
  const steps = await allPages((query) => client.listSteps({ params: { id: runId }, query }));
  const near = nearKeys(
    key,
    steps.map((step) => step.key),
  );
  const guess = near.length === 0 ? '' : ` Did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?`;
  return new PerdureError(
    error.code,
    `Run ${runId} has no step "${key}"; \`perdure runs show ${runId}${homeFlag}\` lists its steps.${guess}`,
    { details: { ...error.details, ...compact({ near: near.length === 0 ? undefined : near }) } },
  );
}

const mostNear = 3;

/** Keys that differ from `key` by slips of the pen, or are it in another scope; the nearest first. */
export function nearKeys(key: string, keys: readonly string[]): readonly string[] {
  // Keys of approvals are shown without the hash at their end.
  const longer = keys.filter((each) => each.startsWith(`${key}-`));
  if (longer.length > 0) return longer.slice(0, mostNear);
  // Two letters that changed places are two slips.
  const mostSlips = Math.min(key.length / 2, Math.max(2, key.length / 4));
  return keys
    .map((each) => ({ each, slips: slipsBetween(key.toLowerCase(), each.toLowerCase()) }))
    .filter(({ slips }) => slips <= mostSlips)
    .toSorted((one, other) => one.slips - other.slips)
    .slice(0, mostNear)
    .map(({ each }) => each);
}

/** Another scope, or none, counts as one slip. */
function slipsBetween(one: string, other: string): number {
  return Math.min(editDistance(one, other), 1 + editDistance(nameIn(one), nameIn(other)));
}

function nameIn(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
