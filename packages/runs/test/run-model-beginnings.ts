/**
 * What must be true when work begins: nobody has ordered otherwise, it is not recorded as finished, and who has to be
 * asked was asked.
 */

import type { RunsTable } from '@perdure/db';
import type { Job, Jobs } from './run-model-jobs.ts';
import { noticedMs } from './run-model-steers.ts';
import type { Snapshot } from './run-model-world.ts';

/** `log`: all jobs begun before. A drive that has lost its run cannot know what happens elsewhere. */
export function faultsOfBeginning(
  job: Job,
  { now, log }: { readonly now: Snapshot; readonly log: Jobs['log'] },
): readonly string[] {
  const run = now.runs.find(({ id }) => id === job.runId);
  if (run === undefined) return [`${job.key} begins in no run of this sequence`];
  const faults =
    job.kind === 'undo' ? undoFaults(job, now) : job.fence < run.fence ? [] : workFaults(job, { run, now });
  const times = log.filter(
    ({ job: { kind, key, runId } }) => kind === 'tool' && key === job.key && runId === run.id,
  ).length;
  const allowed = callsAllowed(job, { now, log });
  if (job.kind === 'tool' && times >= allowed)
    faults.push(`${job.tool} is called ${times + 1} times, ${allowed} allowed`);
  return faults.map((fault) => `${run.pipeline} ${run.id.slice(-4)}: ${job.kind} ${job.key} begins: ${fault}`);
}

function workFaults(job: Job, { run, now }: { readonly run: RunsTable; readonly now: Snapshot }): string[] {
  const faults: string[] = [];
  const step = now.steps.find(({ key, run_id: id }) => key === job.key && id === run.id);
  if (step !== undefined && step.status !== 'started') faults.push(`its step is ${step.status}`);
  if (step === undefined && job.kind !== 'step') faults.push('its start is not recorded');
  if (run.status !== 'running') faults.push(`the run is ${run.status}`);
  // To find out what became of a call belongs to the call.
  if (job.kind === 'verify') return faults;
  for (const order of now.orders) {
    const isOpen = order.run_id === run.id && order.consumed_at === null && order.created_at + noticedMs <= now.now;
    if (isOpen && (order.kind === 'pause' || order.kind === 'cancel'))
      faults.push(`there is an order to ${order.kind}`);
  }
  return faults;
}

function undoFaults(job: Job, now: Snapshot): string[] {
  const faults: string[] = [];
  const find = (wanted: string) => now.steps.find(({ key, run_id: id }) => key === wanted && id === job.runId);
  if (find(job.key)?.undoable !== 1) faults.push('it was not armed');
  const undone = find(`undo/${job.key}`);
  if (undone !== undefined && undone.status !== 'started') faults.push('it is recorded as undone');
  return faults;
}

/**
 * How often a tool that does harm may have been called: once, and once more for each *run it again* of a person, each
 * `verify` that found nothing, and each retry of the failed call. One that needs an approval: as often as it was
 * approved, and the same.
 */
function callsAllowed(job: Job, { now, log }: { readonly now: Snapshot; readonly log: Jobs['log'] }): number {
  if (job.tool === 'look' || job.tool === 'note') return Infinity;
  const answers = (key: string, word: string) =>
    now.answered.filter(
      (wait) =>
        wait.run_id === job.runId &&
        wait.step_key.startsWith(`${job.key}/${key}-`) &&
        wait.answer?.includes(word) === true,
    ).length;
  const denials = log.filter(
    ({ job: { kind, key, runId }, end }) =>
      kind === 'verify' && key === job.key && runId === job.runId && end?.how === 'badly',
  ).length;
  const retries = now.events.filter(
    ({ run_id: id, type, data }) => id === job.runId && type === 'run.retried' && data.includes(`"${job.key}"`),
  ).length;
  const first = job.tool === 'wire' ? answers('approval', 'approved') : 1 + retries;
  return first + answers('outcome', 'run_again') + denials;
}
