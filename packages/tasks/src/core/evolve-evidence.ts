/**
 * The part of the fold that keeps evidence. The snapshot holds what counts: the last check of a criterion, each
 * person's last word on it, the last baseline of a command. The log holds the rest.
 */

import { canonicalJson, type Evidence, type Task } from '@perdure/contract';
import type { Uncompared } from './commands.ts';

/** Newest last: the order says what was known when. */
export function withEvidence(evidence: readonly Evidence[], added: Evidence): Evidence[] {
  return [...evidence.filter((older) => !supersedes(added, older)), added];
}

export function withoutValidity(evidence: readonly Evidence[], ids: readonly string[], at: string): Evidence[] {
  return evidence.map((one) =>
    ids.includes(one.id) && one.void_since === undefined ? { ...one, void_since: at } : one,
  );
}

/** Nobody here ran it or heard it. */
export function asImported(evidence: readonly Evidence[]): Evidence[] {
  return evidence.map((one) => ({ ...one, imported: true as const }));
}

/** A copy in which these cannot be compared with their files: they are not void, and do not count. */
export function withoutComparison(task: Task, uncompared: readonly Uncompared[]): Task {
  if (uncompared.length === 0) return task;
  const evidence = task.evidence.map((one) => {
    const why = uncompared.find(({ id }) => id === one.id)?.why;
    return why === undefined || one.void_since !== undefined ? one : { ...one, uncompared: why };
  });
  return { ...task, evidence };
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
