/**
 * The part of the fold that keeps evidence. The snapshot holds what counts: the last check of a criterion, each
 * person's last word on it, the last baseline of a command. The log holds the rest.
 */

import { canonicalJson, type Evidence } from '@perdure/contract';

/** Newest last: the order says what was known when. */
export function withEvidence(evidence: readonly Evidence[], added: Evidence): Evidence[] {
  return [...evidence.filter((older) => !supersedes(added, older)), added];
}

export function withoutValidity(evidence: readonly Evidence[], ids: readonly string[], at: string): Evidence[] {
  return evidence.map((one) =>
    ids.includes(one.id) && one.void_since === undefined ? { ...one, void_since: at } : one,
  );
}

/** Evidence follows its criterion to its new number, and goes with it: proof of one sentence is none of another. */
export function withCriteria(
  evidence: readonly Evidence[],
  criteria: { readonly before: readonly string[]; readonly after: readonly string[] },
): Evidence[] {
  const { before, after } = criteria;
  return evidence.flatMap((one) => {
    const sentence = before[one.criterion - 1];
    if (one.criterion === 0 || (sentence !== undefined && after[one.criterion - 1] === sentence)) return [one];
    const index = sentence === undefined ? -1 : after.indexOf(sentence);
    return index < 0 ? [] : [{ ...one, criterion: index + 1 }];
  });
}

function supersedes(newer: Evidence, older: Evidence): boolean {
  if (newer.kind !== older.kind || newer.criterion !== older.criterion) return false;
  switch (newer.kind) {
    case 'check':
      return true;
    case 'attest':
      return newer.by === older.by;
    default:
      return canonicalJson(newer.command) === canonicalJson(older.command);
  }
}
