/**
 * A worker that dies at a named point of its work. A dead process settles nothing and is called back by nothing: the
 * call at which it dies stays pending, and so does whatever else of it was in flight. What it had sent to the database
 * before may still be written.
 */

import { compact } from '@perdure/contract';
import type { Outages, Probe } from '@perdure/models';
import type { DriverDeps } from '../src/drive/driver.ts';
import type { RunCommit } from '../src/record/commit.ts';
import type { RunJournal } from '../src/record/journal.ts';
import type { Clock, Waker } from '../src/record/ports.ts';
import type { FunctionTool } from '../src/steps/tool-port.ts';

/** What a worker does to the world, one kind of act each. `end`: any other change of the run's own row. */
export const points = [
  'fence',
  'start record',
  'effect',
  'result record',
  'wait answer',
  'park',
  'wake',
  'end',
] as const;
/** What it does to the outages of models. */
export const outagePoints = ['claim', 'note away', 'note back'] as const;
export type Point = (typeof points)[number] | (typeof outagePoints)[number];

export const sides = ['before', 'after'] as const;

/** The worker dies when it comes to this side of this point for the n-th time. */
export interface Death {
  readonly side: (typeof sides)[number];
  readonly point: Point;
  /** From 1. */
  readonly occurrence: number;
}

export class Mortal {
  #death: Death | undefined;
  #passed = 0;
  #isDead = false;

  constructor(death?: Death) {
    this.#death = death;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  kill(): void {
    this.#isDead = true;
  }

  /** Decides how it will die; occurrences count from now. */
  doom(death: Death): void {
    this.#death = death;
    this.#passed = 0;
  }

  /** Does `work` as long as the worker lives; stays pending from its death on. */
  async around<T>(point: Point | undefined, work: () => T | Promise<T>): Promise<T> {
    await this.#reach('before', point);
    const value = await work();
    await this.#reach('after', point);
    return value;
  }

  async #reach(side: Death['side'], point: Point | undefined): Promise<void> {
    if (this.#death?.side === side && this.#death.point === point) {
      this.#passed += 1;
      if (this.#passed === this.#death.occurrence) this.#isDead = true;
    }
    if (this.#isDead) await new Promise<never>(() => undefined);
  }
}

/** The clock of a worker: it calls the dead no more. */
export function mortalClock(mortal: Mortal, clock: Clock): Clock {
  const after: Clock['after'] = (ms, callback) => clock.after(ms, () => void (mortal.isDead || callback()));
  return { now: () => clock.now(), elapsed: () => clock.elapsed(), after };
}

/** What a driver works with, as long as its worker lives. */
export function mortalParts(
  mortal: Mortal,
  { clock, journal, waker }: { readonly clock: Clock; readonly journal: RunJournal; readonly waker: Waker },
): Pick<DriverDeps, 'clock' | 'journal' | 'waker'> {
  return {
    clock: mortalClock(mortal, clock),
    journal: {
      begin: (...of) => mortal.around('fence', () => journal.begin(...of)),
      commit: (commit) => mortal.around(pointOf(commit), () => journal.commit(commit)),
      readBlob: (...of) => mortal.around(undefined, () => journal.readBlob(...of)),
      readOutcome: (...of) => mortal.around(undefined, () => journal.readOutcome(...of)),
      readNotMet: (...of) => mortal.around(undefined, () => journal.readNotMet(...of)),
      readAnswer: (...of) => mortal.around(undefined, () => journal.readAnswer(...of)),
      inboxes: (...of) => mortal.around(undefined, () => journal.inboxes(...of)),
    },
    waker: { wake: (...of) => mortal.around('wake', () => waker.wake(...of)) },
  };
}

function pointOf({ step, change }: RunCommit): Point | undefined {
  if (change !== undefined) return change.action === 'park' ? 'park' : 'end';
  if (step === undefined) return undefined;
  if (step.status === 'started') return 'start record';
  return step.kind === 'human' || step.kind === 'delegate' ? 'wait answer' : 'result record';
}

/** The outages of models as long as the worker lives. */
export function mortalOutages(mortal: Mortal, outages: Outages): Outages {
  const probeOf = (probe: Probe): Probe => ({
    during: (work) => mortal.around(undefined, () => probe.during(work)),
    noteAway: (note) => mortal.around('note away', () => probe.noteAway(note)),
    release: () => mortal.around('note away', () => probe.release()),
  });
  return {
    claim: (model) =>
      mortal.around('claim', async () => {
        const claim = await outages.claim(model);
        return claim.kind === 'probe' ? { kind: 'probe', probe: probeOf(claim.probe) } : claim;
      }),
    noteAway: (...of) => mortal.around('note away', () => outages.noteAway(...of)),
    noteBack: (...of) => mortal.around('note back', () => outages.noteBack(...of)),
  };
}

/** A tool as long as the worker lives that calls it. */
export function mortalTool(mortal: Mortal, tool: FunctionTool): FunctionTool {
  const verify: FunctionTool['verify'] = (input, call) =>
    mortal.around(undefined, async () => (await tool.verify?.(input, call)) ?? { outcome: 'unknown' });
  return {
    ...tool,
    run: (input, call) => mortal.around('effect', () => tool.run(input, call)),
    ...compact({ verify: tool.verify === undefined ? undefined : verify }),
  };
}
