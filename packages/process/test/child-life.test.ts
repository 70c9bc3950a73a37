import { describe, expect, it } from 'vitest';
import { isLate, seenEnding, toldToEnd, type ChildLife, type Ending } from '../src/child-life.ts';

const limits = { usual: 10, patient: 60 };
type Work = { readonly isDelicate?: () => boolean };
const serving: ChildLife<Work> = { kind: 'serving', started: { isDelicate: () => true } };

function ending(life: ChildLife<Work>, told: { readonly isPatient: boolean; readonly at: number }): Ending<Work> {
  const after = toldToEnd(life, told);
  if (after.kind !== 'ending') throw new Error(`it is ${after.kind}`);
  return after;
}

const isLateAt = (life: Ending<Work>, at: number) => isLate(seenEnding(life, at), at, limits);

describe('the end of a process', () => {
  it('has its usual time, whatever is under way, where somebody waits for it', () => {
    const life = ending(serving, { isPatient: false, at: 100 });
    expect([isLateAt(life, 109), isLateAt(life, 110)]).toEqual([false, true]);
  });

  it('has a minute where nobody waits and something must not be cut off', () => {
    const life = ending(serving, { isPatient: true, at: 100 });
    expect([isLateAt(life, 159), isLateAt(life, 160)]).toEqual([false, true]);
  });

  it('has its usual time from the last moment at which something delicate was seen', () => {
    let isDelicate = true;
    const told = ending({ kind: 'serving', started: { isDelicate: () => isDelicate } }, { isPatient: true, at: 100 });
    const seen = seenEnding(told, 130);
    isDelicate = false;
    expect([isLateAt(seen, 139), isLateAt(seen, 140)]).toEqual([false, true]);
  });

  it('is hurried by who waits, and counts from then; told in any other way it is the same', () => {
    const patient = ending(serving, { isPatient: true, at: 100 });
    expect(toldToEnd(patient, { isPatient: true, at: 120 })).toBe(patient);
    const hurried = ending(patient, { isPatient: false, at: 120 });
    expect([isLateAt(hurried, 129), isLateAt(hurried, 130)]).toEqual([false, true]);
    expect(toldToEnd(hurried, { isPatient: false, at: 125 })).toBe(hurried);
    expect(toldToEnd(hurried, { isPatient: true, at: 125 })).toBe(hurried);
  });

  it('has nothing to put in order where it was still starting', () => {
    expect(ending({ kind: 'starting' }, { isPatient: false, at: 1 }).started).toBeUndefined();
  });
});
