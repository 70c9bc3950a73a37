/**
 * The life of a process that the launcher started, and how long its end may take. Pure.
 *
 * One that is told to end patiently has a minute for what must not be cut off; told again without patience, it hurries.
 */

export type ChildLife<Started extends Work> =
  | { readonly kind: 'starting' }
  | { readonly kind: 'serving'; readonly started: Started }
  | Ending<Started>;

export interface Ending<Started extends Work> {
  readonly kind: 'ending';
  /** Undefined: it was still starting, so there is nothing to put in order. */
  readonly started: Started | undefined;
  readonly isPatient: boolean;
  /** When it was told; again, when it was told to hurry. */
  readonly hurriedAt: number;
  /** When something that must not be cut off was last seen under way; 0 where none was since it was told. */
  readonly delicateAt: number;
}

interface Work {
  /** Whether something is under way that must not be cut off. */
  readonly isDelicate?: () => boolean;
}

export interface Limits {
  readonly usual: number;
  /** While something is under way that must not be cut off. */
  readonly patient: number;
}

/** Told to end. The same life where that changes nothing: it ends already, and not too patiently for who tells. */
export function toldToEnd<Started extends Work>(
  life: ChildLife<Started>,
  told: { readonly isPatient: boolean; readonly at: number },
): ChildLife<Started> {
  const isToHurry = life.kind === 'ending' && life.isPatient && !told.isPatient;
  if (life.kind === 'ending' && !isToHurry) return life;
  const started = life.kind === 'starting' ? undefined : life.started;
  return { kind: 'ending', started, isPatient: told.isPatient, hurriedAt: told.at, delicateAt: 0 };
}

/** What a look at it tells. */
export function seenEnding<Started extends Work>(life: Ending<Started>, at: number): Ending<Started> {
  const isDelicate = life.isPatient && life.started?.isDelicate?.() === true;
  return isDelicate ? { ...life, delicateAt: at } : life;
}

/**
 * Of a life that was looked at just now. What is left to put in order after the last delicate thing has its usual time.
 */
export function isLate({ hurriedAt, delicateAt }: Ending<Work>, at: number, { usual, patient }: Limits): boolean {
  return delicateAt === at ? at - hurriedAt >= patient : at - Math.max(hurriedAt, delicateAt) >= usual;
}
