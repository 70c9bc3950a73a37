/** Kinds of steps. */

export const stepKinds = [
  'step',
  'sleep',
  'now',
  'run',
  'agent',
  'turn',
  'tool',
  'review',
  'map',
  'item',
  'human',
  'delegate',
  'undo',
] as const;
export type StepKind = (typeof stepKinds)[number];
