/** `perdure task lane ingest`, `adopt` and `drop`: what workers return. */

import { compact } from '@perdure/contract';
import { ingestReturn, quarantineText, settleReturn } from '@perdure/tasks';
import { readGiven } from '../cli/given-text.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { printable } from '../text/format.ts';
import { openTasks, writerOn } from './open-tasks.ts';
import { parseLine, parseTaskId } from './parse.ts';
import { orThrow } from './refusal.ts';
import { laneData, waitingLine } from './view-lanes.ts';
import type { WriteOptions } from './write-flags.ts';

export type IngestOptions = WriteOptions;

/** Ends with 1 where the return was kept apart: whoever hands it in has to hear that it does not count. */
export async function ingest(
  rim: Rim,
  { id, file }: { readonly id: string; readonly file?: string | undefined },
  options: IngestOptions,
): Promise<number> {
  const taskId = parseTaskId(id);
  const { text } = await readGiven(rim, file === undefined || file === '-' ? '-' : `@${file}`, 'The return');
  using tasks = await openTasks(rim, options);
  const outcome = orThrow(
    tasks,
    await ingestReturn(tasks, await writerOn(rim, tasks, { id, options }), { taskId, text }),
  );
  const { task, given, isNew } = outcome;
  const { body: _, digest: __, ...headers } = given;
  const about = { line: given.line, headers, is_new: isNew, revision: task.revision };
  if (outcome.kind === 'quarantined') {
    const { id: kept, why } = outcome.kept;
    const data = { ok: false, ...about, quarantined: kept, why, reasons: [quarantineText[why]] };
    printData(rim, options, data, () =>
      printable(
        `Kept apart as ${kept}, and not applied: ${quarantineText[why]}. Whoever leads the task sees it with \`perdure task lane check ${id}${tasks.place.homeFlag}\`.`,
      ),
    );
    return 1;
  }
  const { class: classification, reasons, lane } = outcome.standing;
  const data = { ok: true, ...about, classification, reasons, deliveries: lane.deliveries };
  printData(rim, options, data, () =>
    isNew
      ? `Taken: ${printable(waitingLine(outcome.standing))}`
      : `Lane ${given.line} has returned this already; nothing changed.`,
  );
  return 0;
}

export interface SettleOptions extends WriteOptions {
  readonly note?: string;
}

export async function settle(
  rim: Rim,
  { id, kept, how }: { readonly id: string; readonly kept: string; readonly how: 'adopted' | 'dropped' },
  options: SettleOptions,
): Promise<number> {
  const request = { taskId: parseTaskId(id), id: kept, how, note: parseLine(options.note ?? '', '--note', 500) };
  using tasks = await openTasks(rim, options);
  const { task, lane } = orThrow(
    tasks,
    await settleReturn(tasks, await writerOn(rim, tasks, { id, options }), request),
  );
  const data = { task_id: id, return: kept, settled: how, revision: task.revision };
  const seen = lane === undefined ? undefined : laneData(lane, rim.now());
  printData(rim, options, { ...data, ...compact({ lane: seen }) }, () =>
    how === 'adopted' ? `Adopted: lane ${lane?.line} is ${lane?.status}, and waits for your decision.` : 'Dropped.',
  );
  return 0;
}
