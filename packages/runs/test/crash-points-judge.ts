/** What must be true of a run whose worker died: each fault is one sentence. Knows nothing of how the run was made. */

import type { Caller, EffectKind, Findings, Recorded } from './crash-points-trial.ts';

const output = { pipeline: '{"doubled":42}', agent: '{"answer":"done"}' } as const;
const effectKey = { pipeline: 'call', agent: 'helper/turn-1/probe-1' } as const;

export function faultsOf(found: Findings, caller: Caller, kind: EffectKind): readonly string[] {
  const { status, effects, deaths, outcomesAsked, turnsRepeated, records } = found;
  const faults: string[] = [];
  if (status !== 'completed') faults.push(`the run is ${status}`);
  else if (found.output !== output[caller]) faults.push(`the output is ${found.output}`);
  const key = `${found.runId}/${effectKey[caller]}`;
  if (effects.length === 0) faults.push('the effect was never attempted');
  if (effects.some((one) => one !== key)) faults.push(`the effect was attempted with ${effects.join(', ')}`);
  if (effects.length > (kind.effect === 'once' ? 1 : 1 + deaths))
    faults.push(`the effect was attempted ${effects.length} times`);
  const needsPerson = kind.effect === 'once' && !kind.verifies;
  if (outcomesAsked > (needsPerson ? deaths : 0))
    faults.push(`a person was asked ${outcomesAsked} times for the outcome`);
  for (const turn of turnsRepeated) faults.push(`turn ${turn} was requested again`);
  for (const [index, later] of records.entries()) {
    const earlier = records[index - 1];
    if (earlier !== undefined) faults.push(...changes(earlier, later));
  }
  return faults;
}

/** What was recorded and is not any more: a step that was closed stays as it was, events are only appended. */
function changes(earlier: Recorded, later: Recorded): readonly string[] {
  const closed = earlier.steps.filter(({ status }) => status !== 'started');
  const now = new Map(later.steps.map((step) => [step.key, JSON.stringify(step)]));
  const changed = closed.filter((step) => now.get(step.key) !== JSON.stringify(step));
  const faults = changed.map(({ key }) => `the record of ${key} changed`);
  const prefix = later.events.slice(0, earlier.events.length);
  if (JSON.stringify(prefix) !== JSON.stringify(earlier.events)) faults.push('an event changed');
  return faults;
}
