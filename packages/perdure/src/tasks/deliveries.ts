/** `perdure task deliveries`: reports that have not arrived for certain, and what a person makes of them. */

import { PerdureError } from '@perdure/contract';
import { reportView } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { openTasks, type OpenTasks } from './open-tasks.ts';
import { parseTaskId } from './parse.ts';
import { reportsText } from './view-delivery.ts';

export interface DeliveriesOptions extends CommonOptions {
  readonly all?: boolean;
  readonly resend?: number;
  readonly dismiss?: number;
}

const mostShown = 50;

export async function deliveriesOf(rim: Rim, id: string, options: DeliveriesOptions): Promise<number> {
  const taskId = parseTaskId(id);
  const { resend, dismiss } = options;
  if (resend !== undefined && dismiss !== undefined) {
    throw new PerdureError('usage', 'A report is sent again or dropped: say --resend or --dismiss, one at a time.');
  }
  using tasks = await openTasks(rim, options);
  if ((await tasks.store.get(taskId)) === undefined) {
    throw new PerdureError('not_found', `There is no task "${id}"; \`perdure task list\` shows those there are.`);
  }
  if (resend !== undefined) await order(tasks, taskId, { number: resend, action: 'resend' });
  if (dismiss !== undefined) await order(tasks, taskId, { number: dismiss, action: 'skip' });
  const { outbox } = tasks.store;
  const reports = options.all === true ? await outbox.newest(taskId, mostShown) : await outbox.open(taskId);
  const views = reports.map(reportView);
  printData(rim, options, views, (columns) =>
    reportsText(views, { columns, now: rim.now(), isAll: options.all === true }),
  );
  return 0;
}

async function order(
  { store, now }: OpenTasks,
  taskId: string,
  { number, action }: { readonly number: number; readonly action: 'resend' | 'skip' },
): Promise<void> {
  const outcome = await store.outbox.order(taskId, number, action, now());
  if (outcome === undefined) {
    throw new PerdureError(
      'not_found',
      `Task ${taskId} has no report ${number}; \`perdure task deliveries ${taskId} --all\` lists them.`,
    );
  }
  if (outcome.kind === 'done') return;
  const possible =
    action === 'resend' ? 'unknown and dead ones are sent again' : 'only one that is still owed is dropped';
  throw new PerdureError('conflict', `Report ${number} of task ${taskId} is ${outcome.state}; ${possible}.`);
}
