/** What a chaos run does, from its seed alone: the same in every drive, whatever died in between. */

import { createRandom, type Random } from './random.ts';

/** One step, or the child run in its place. */
export type Move =
  | { readonly kind: 'plain' }
  /** Acts on the effects server, which answers after `holdMs`. `isFlaky`: the first attempt throws before it acts. */
  | { readonly kind: 'effect'; readonly holdMs: number; readonly isFlaky: boolean }
  /** An effect that is taken back when the run fails. */
  | { readonly kind: 'armed'; readonly holdMs: number }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'agent' }
  /** A child run of effects; one that fails has to undo them first. */
  | { readonly kind: 'child'; readonly seed: number; readonly fails: boolean };

/** 5 to 30 moves. */
export function movesOf(seed: number): readonly Move[] {
  const random = createRandom(seed);
  return Array.from({ length: random.int(5, 30) }, () => moveOf(random));
}

/** 2 to 5 effects, armed or not. */
export function childMovesOf(seed: number): readonly Extract<Move, { kind: 'effect' | 'armed' }>[] {
  const random = createRandom(seed);
  return Array.from({ length: random.int(2, 5) }, () =>
    random.percent(50) ? armed(random) : { kind: 'effect', holdMs: hold(random), isFlaky: false },
  );
}

function moveOf(random: Random): Move {
  const kind = random.pick([
    ['plain', 25],
    ['effect', 30],
    ['armed', 10],
    ['sleep', 15],
    ['agent', 12],
    ['child', 8],
  ] as const);
  switch (kind) {
    case 'effect':
      return { kind, holdMs: hold(random), isFlaky: random.percent(15) };
    case 'armed':
      return armed(random);
    case 'sleep':
      return { kind, ms: random.int(100, 2_000) };
    case 'child':
      return { kind, seed: random.int(1, 1_000_000), fails: random.percent(40) };
    case 'plain':
    case 'agent':
      return { kind };
    default:
      return kind satisfies never;
  }
}

function armed(random: Random): Extract<Move, { kind: 'armed' }> {
  return { kind: 'armed', holdMs: hold(random) };
}

function hold(random: Random): number {
  return random.int(20, 600);
}
