/** Whether members are looked at at all: that nobody looks any more would otherwise look like health. */

/** A sweep may take half of its interval, and a machine may be busy. */
const mayBeLate = 3;

export interface Gap {
  /** When members were last looked at. */
  readonly since: number;
  readonly untilNow: number;
  readonly missed: number;
}

/** Undefined: all is on time. */
export function gapIn(
  sweptAt: number,
  { now, everyMs }: { readonly now: number; readonly everyMs: number },
): Gap | undefined {
  const late = now - sweptAt;
  return late > mayBeLate * everyMs ? { since: sweptAt, untilNow: now, missed: Math.floor(late / everyMs) } : undefined;
}

export const tellGap = ({ since, untilNow, missed }: Gap): string =>
  `Nobody has looked how the members of this family are since ${new Date(since).toISOString()}: ${missed} sweeps were missed until ${new Date(untilNow).toISOString()}. What was told before may not be so any more; if \`perdure up\` runs, see its log.`;
