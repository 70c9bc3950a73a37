/**
 * When a part that runs but says nothing is killed, so that it is started again (S6). Pure.
 *
 * Half a minute is more than any work of ours holds the loop, and what an engine is given too (W1). Surprise: time is
 * counted in questions, which come at a steady pace. A launcher that was frozen, or a machine that slept, has not
 * waited.
 */

/** From one question to the next. */
export const askEveryMs = 5_000;

const patience = { hasAnswered: 6, neverAnswered: 12 } as const;

/** What the questions so far have shown. */
export interface Silence {
  readonly hasAnswered: boolean;
  /** Questions in a row, or the time of so many, without an answer. */
  readonly missed: number;
}

export const noSilence: Silence = { hasAnswered: false, missed: 0 };

export interface SilenceJudgement {
  readonly silence: Silence;
  readonly verdict: 'leave' | 'kill';
}

/** `answered`: since the last time. */
export function judgeSilence({ hasAnswered, missed }: Silence, answered: boolean): SilenceJudgement {
  if (answered) return { silence: { hasAnswered: true, missed: 0 }, verdict: 'leave' };
  const silence = { hasAnswered, missed: missed + 1 };
  const most = hasAnswered ? patience.hasAnswered : patience.neverAnswered;
  return { silence, verdict: silence.missed < most ? 'leave' : 'kill' };
}
