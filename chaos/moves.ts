/** What a chaos run does, from its seed alone: the same in every drive, whatever died in between. */

import type { Timing } from './effects-client.ts';
import { createRandom, type Random } from './random.ts';

/** A call of the tool of that name. */
type ToolMove = { readonly kind: 'charge' | 'send' | 'ship'; readonly timing: Timing };

/** An effect that is taken back when the run fails: of a step, or of the tool `charge`. */
type ArmedMove =
  | { readonly kind: 'armed'; readonly holdMs: number }
  | { readonly kind: 'armed-charge'; readonly timing: Timing };

/** One step, or what stands in its place. */
export type Move =
  | { readonly kind: 'plain' }
  /** Acts on the effects server, which answers after `holdMs`. `isFlaky`: the first attempt throws before it acts. */
  | { readonly kind: 'effect'; readonly holdMs: number; readonly isFlaky: boolean }
  | ArmedMove
  | ToolMove
  | { readonly kind: 'look' }
  /** Several calls of `send` side by side: killed together, each has a question of its own. */
  | { readonly kind: 'sends'; readonly timings: readonly Timing[] }
  | { readonly kind: 'sleep'; readonly ms: number }
  /** A model turn. */
  | { readonly kind: 'planner' }
  /** Model turns that ask for each of the tools. */
  | { readonly kind: 'clerk' }
  /** A child run of effects; one that fails has to undo them first. */
  | { readonly kind: 'child'; readonly seed: number; readonly fails: boolean };

export type ChildMove = ArmedMove | ToolMove;

/** 5 to 30 moves. */
export function movesOf(seed: number): readonly Move[] {
  const random = createRandom(seed);
  return Array.from({ length: random.int(5, 30) }, () => moveOf(random));
}

/** 2 to 5 effects, armed or not. */
export function childMovesOf(seed: number): readonly ChildMove[] {
  const random = createRandom(seed);
  return Array.from({ length: random.int(2, 5) }, () => {
    const kind = random.pick([
      ['armed', 25],
      ['armed-charge', 30],
      ['charge', 15],
      ['send', 15],
      ['ship', 15],
    ] as const);
    return kind === 'armed' ? { kind, holdMs: hold(random) } : { kind, timing: timing(random) };
  });
}

function moveOf(random: Random): Move {
  const kind = random.pick([
    ['plain', 15],
    ['effect', 15],
    ['armed', 6],
    ['armed-charge', 4],
    ['charge', 10],
    ['send', 9],
    ['ship', 9],
    ['look', 4],
    ['sends', 3],
    ['sleep', 10],
    ['planner', 6],
    ['clerk', 3],
    ['child', 6],
  ] as const);
  switch (kind) {
    case 'effect':
      return { kind, holdMs: hold(random), isFlaky: random.percent(15) };
    case 'armed':
      return { kind, holdMs: hold(random) };
    case 'armed-charge':
    case 'charge':
    case 'send':
    case 'ship':
      return { kind, timing: timing(random) };
    case 'sends':
      return { kind, timings: [timing(random), timing(random), timing(random)] };
    case 'sleep':
      return { kind, ms: random.int(100, 2_000) };
    case 'child':
      return { kind, seed: random.int(1, 1_000_000), fails: random.percent(40) };
    case 'plain':
    case 'look':
    case 'planner':
    case 'clerk':
      return { kind };
    default:
      return kind satisfies never;
  }
}

function timing(random: Random): Timing {
  return { delayMs: random.int(20, 300), holdMs: random.int(50, 700) };
}

function hold(random: Random): number {
  return random.int(20, 600);
}
