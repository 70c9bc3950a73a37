/** `perdure task tick`: one sweep over all tasks. What could not be sent is told, and is no failure of the sweep. */

import { randomUUID } from 'node:crypto';
import { laneExpiry, sendReports, tick, type Sent, type TickOutcome, type TickResult } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { openTasks } from './open-tasks.ts';
import { attemptMs, sendDeps } from './sender.ts';

export interface TickOptions extends CommonOptions {
  /** Only what waits is sent. */
  readonly waiting?: boolean;
}

export async function tickOnce(rim: Rim, options: TickOptions): Promise<number> {
  using tasks = await openTasks(rim, options);
  const deps = await sendDeps(rim, {
    place: tasks.place,
    store: tasks.store,
    timeoutMs: attemptMs,
    print: printer(rim, options),
  });
  const outcome =
    options.waiting === true
      ? { ...nothingSwept, deliveries: await sendReports(deps) }
      : await tick({ ...deps, store: tasks.store, expire: laneExpiry(tasks) }, { holder: `tick:${randomUUID()}` });
  if (options.json === true) printData(rim, options, tickData(outcome), () => '');
  else for (const line of tickLines(outcome, options)) say(rim, line);
  return 0;
}

/** With --json they are in the answer. `--waiting` is called where nobody looks. */
function printer({ stdout }: Rim, { json, waiting }: TickOptions): ((line: string) => void) | undefined {
  if (waiting === true) return undefined;
  return json === true ? () => undefined : (line) => stdout.write(`${printable(line)}\n`);
}

const nothingSwept = { swept: false, scanned: 0, eligible: 0, results: [] } as const;

/** Of tasks at which there was nothing to do only how many they are, for each reason. */
function tickData({ swept, scanned, eligible, results, deliveries }: TickOutcome) {
  const skipped: Record<string, number> = {};
  for (const { status, reason } of results) if (status === 'skipped') skipped[reason] = (skipped[reason] ?? 0) + 1;
  return {
    swept,
    scanned,
    eligible,
    sent: deliveries.filter(({ state }) => state === 'sent').length,
    errors: results.filter(({ status }) => status === 'error').length,
    skipped,
    results: results.filter(({ status }) => status !== 'skipped'),
    deliveries: deliveries.map(({ taskId: task_id, ...sent }) => ({ task_id, ...sent })),
  };
}

function tickLines(outcome: TickOutcome, { waiting = false }: TickOptions): readonly string[] {
  const { swept, scanned, results, deliveries } = outcome;
  const told = results.filter(({ status }) => status !== 'skipped' && status !== 'queued');
  const sent = deliveries.filter(({ state }) => state === 'sent').length;
  const first = swept
    ? `${scanned} ${scanned === 1 ? 'task runs' : 'tasks run'}, ${sent} ${sent === 1 ? 'report' : 'reports'} sent.`
    : `${sent} ${sent === 1 ? 'report' : 'reports'} sent${waiting ? '' : '; somebody else looks for what is due, as `perdure up` does'}.`;
  return [first, ...told.map(resultLine), ...deliveries.flatMap(problemLine)].map(printable);
}

function resultLine({ task_id, status, reason }: TickResult): string {
  return status === 'error' ? `${task_id} cannot be looked at: ${reason}` : `${task_id}: ${status}: ${reason}`;
}

function problemLine({ taskId, number, state, problem }: Sent): readonly string[] {
  return problem === undefined ? [] : [`Report ${number} of ${taskId} is ${state}: ${problem}`];
}
