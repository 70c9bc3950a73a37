/**
 * What is done about a service that is to run: pure. Time is that of a clock that nobody sets, so a wall clock that
 * jumps neither wakes a service early nor lets it lie; what is kept across a restart of ours is how often it fell.
 */

/** How a life ended. Undefined: nobody saw it, since whoever watched was killed as well. */
export interface LifeEnd {
  readonly exitCode: number | undefined;
  readonly signal?: string;
}

/** What is seen of it. Lives are numbered. */
export type Sight =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'alive'; readonly life: number }
  /** `handedOff`: it left word that it is to be started anew, and ended for that. */
  | { readonly kind: 'ended'; readonly life: number; readonly end: LifeEnd; readonly handedOff: boolean };

interface Tally {
  /** Starts that nobody asked for. */
  readonly restarts: number;
  /** Lives in a row that ended before they were steady. */
  readonly falls: number;
}

export type Watch = Tally &
  (
    | { readonly kind: 'new' }
    | { readonly kind: 'up'; readonly life: number; readonly seenAt: number }
    | { readonly kind: 'resting'; readonly life: number; readonly end: LifeEnd; readonly until: number }
    /** It said that no start will help: until a person starts it. */
    | { readonly kind: 'given_up'; readonly life: number; readonly end: LifeEnd }
  );

export interface Step {
  readonly watch: Watch;
  readonly does: 'nothing' | 'start';
}

export interface Pace {
  readonly firstRestMs: number;
  readonly longestRestMs: number;
  /** One that lived this long was well: its next fall is a first one. */
  readonly steadyMs: number;
}

export const usualPace: Pace = { firstRestMs: 1_000, longestRestMs: 60_000, steadyMs: 300_000 };

/** OpenClaw's word for settings that it cannot run with: the next start would end the same way. */
export const configurationExit = 78;

export const newWatch: Watch = { kind: 'new', restarts: 0, falls: 0 };

/** `now` in milliseconds of a clock that only goes forward. */
export function superviseNext(
  watch: Watch,
  sight: Sight,
  { now, pace }: { readonly now: number; readonly pace: Pace },
): Step {
  if (sight.kind === 'alive') return still(seenAlive(watch, sight.life, { now, pace }));
  const settled =
    sight.kind === 'nothing' || isKnown(watch, sight.life) ? watch : afterEnd(watch, sight, { now, pace });
  switch (settled.kind) {
    case 'new':
      return { watch: settled, does: 'start' };
    case 'up':
      // Of a life that is recorded nowhere any more no end can be told.
      return again(settled);
    case 'resting':
      return now >= settled.until ? again(settled) : still(settled);
    case 'given_up':
      return still(settled);
    default:
      throw new Error(`Unknown watch ${JSON.stringify(settled satisfies never)}`);
  }
}

/** It could not even be started: it rests as after a fall. */
export function couldNotStart(watch: Watch, { now, pace }: { readonly now: number; readonly pace: Pace }): Watch {
  const falls = watch.falls + 1;
  const life = watch.kind === 'new' ? 0 : watch.life;
  return {
    kind: 'resting',
    life,
    end: { exitCode: undefined },
    until: now + restOf(falls, pace),
    restarts: watch.restarts,
    falls,
  };
}

/** How long it rests after so many falls in a row. */
export const restOf = (falls: number, { firstRestMs, longestRestMs }: Pace): number =>
  Math.min(longestRestMs, firstRestMs * 2 ** Math.max(0, falls - 1));

const still = (watch: Watch): Step => ({ watch, does: 'nothing' });
const again = (watch: Watch): Step => ({ watch: { ...watch, restarts: watch.restarts + 1 }, does: 'start' });

function seenAlive(watch: Watch, life: number, { now, pace }: { readonly now: number; readonly pace: Pace }): Watch {
  const { restarts, falls } = watch;
  if (watch.kind !== 'up' || watch.life !== life) return { kind: 'up', life, seenAt: now, restarts, falls };
  return now - watch.seenAt >= pace.steadyMs && falls > 0 ? { ...watch, falls: 0 } : watch;
}

/** Whether this end was decided on before. */
const isKnown = (watch: Watch, life: number): boolean =>
  (watch.kind === 'resting' || watch.kind === 'given_up') && watch.life >= life;

function afterEnd(
  { restarts, falls: before }: Watch,
  { life, end, handedOff }: Extract<Sight, { kind: 'ended' }>,
  { now, pace }: { readonly now: number; readonly pace: Pace },
): Watch {
  if (end.exitCode === configurationExit) return { kind: 'given_up', life, end, restarts, falls: before };
  if (handedOff) return { kind: 'resting', life, end, until: now, restarts, falls: 0 };
  const falls = before + 1;
  return { kind: 'resting', life, end, until: now + restOf(falls, pace), restarts, falls };
}
