/**
 * The engine as a model of itself: in memory, on a virtual clock. Durable only as long as the object lives, which is
 * what tests and dry runs want; the conformance suite and the property tests are written on it.
 */

import { retryDelays, type Clock, type Drive, type Waker } from '../port.ts';

export interface InlineEngine extends Waker {
  /** Sets who drives. Wakes that came before are kept. */
  connect(drive: Drive): void;
  /** Whether a drive is in progress. */
  readonly isDriving: boolean;
}

type Seat =
  | { readonly kind: 'driving'; readonly isWokenAgain: boolean }
  /** A drive threw; the next try is on the clock. */
  | { readonly kind: 'backing_off'; readonly nextDelay: number };

export function createInlineEngine(clock: Clock): InlineEngine {
  const seats = new Map<string, Seat>();
  const early: string[] = [];
  let drive: Drive | undefined;

  const begin = (runId: string, retryDelay: number = retryDelays.first): void => {
    if (drive === undefined) {
      early.push(runId);
      return;
    }
    const seat = seats.get(runId);
    if (seat?.kind === 'driving') {
      seats.set(runId, { kind: 'driving', isWokenAgain: true });
      return;
    }
    if (seat?.kind === 'backing_off' && retryDelay === retryDelays.first) return;
    seats.set(runId, { kind: 'driving', isWokenAgain: false });
    drive(runId).then(
      () => leave(runId),
      () => backOff(runId, retryDelay),
    );
  };

  const leave = (runId: string): void => {
    const seat = seats.get(runId);
    seats.delete(runId);
    if (seat?.kind === 'driving' && seat.isWokenAgain) begin(runId);
  };

  const backOff = (runId: string, delay: number): void => {
    const nextDelay = Math.min(delay * 2, retryDelays.longest);
    seats.set(runId, { kind: 'backing_off', nextDelay });
    clock.after(delay, () => {
      seats.delete(runId);
      begin(runId, nextDelay);
    });
  };

  return {
    wake: async (runId, options = {}) => {
      const wait = (options.at ?? 0) - clock.now();
      if (wait <= 0) begin(runId);
      else clock.after(wait, () => begin(runId));
    },
    connect: (driver) => {
      drive = driver;
      for (const runId of early.splice(0)) begin(runId);
    },
    get isDriving() {
      return [...seats.values()].some((seat) => seat.kind === 'driving');
    },
  };
}
