/**
 * What holds for runs and their record: nothing promised is lost, nothing recorded changes, nothing stands still in
 * silence.
 */

import { isSettled, type RunStatus } from '@perdure/contract';
import type { Facts } from './facts.ts';

export function lostRuns({ acknowledgements, runs }: Facts): readonly string[] {
  const known = new Set(runs.map((run) => run.id));
  return acknowledgements.filter(({ runId }) => !known.has(runId)).map(({ runId }) => `run ${runId} is not there`);
}

export function splitKeys({ acknowledgements }: Facts): readonly string[] {
  const first = new Map<string, string>();
  return acknowledgements.flatMap(({ idempotencyKey, runId }) => {
    const earlier = first.get(idempotencyKey) ?? runId;
    first.set(idempotencyKey, earlier);
    return earlier === runId ? [] : [`${idempotencyKey} was acknowledged with ${earlier} and with ${runId}`];
  });
}

/** Ended, or loudly waiting for somebody. */
const isDone = (status: RunStatus): boolean => isSettled(status) || status === 'paused';

export function unfinishedRuns({ runs }: Facts): readonly string[] {
  return runs.filter(({ status }) => !isDone(status)).map(({ id, status }) => `run ${id} is still ${status}`);
}

export function prefixBreaches({ eventsBefore, events }: Facts): readonly string[] {
  const after = new Map(events.map((event) => [`${event.run_id}/${event.seq}`, JSON.stringify(event)]));
  const changed = eventsBefore.filter((event) => after.get(`${event.run_id}/${event.seq}`) !== JSON.stringify(event));
  const gaps = events.filter((event, index) => {
    const before = events[index - 1];
    return event.seq !== (before?.run_id === event.run_id ? before.seq + 1 : 1);
  });
  return [
    ...changed.map(({ run_id, seq }) => `event ${seq} of run ${run_id} was there before a kill and is not now`),
    ...gaps.map(({ run_id, seq }) => `run ${run_id} has a gap before event ${seq}`),
  ];
}
