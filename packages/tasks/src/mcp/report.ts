/** `perdure_report`: a task in the words of its reports, and what became of those. It looks, and binds nothing. */

import type { Delivery, ReportView } from '@perdure/contract';
import { z } from 'zod';
import { refuse } from '../core/answers.ts';
import { reportLevel } from '../core/report-policy.ts';
import { cleanLine, reportText } from '../core/report-text.ts';
import { statusLine } from '../core/status-line.ts';
import { reportView } from '../core/view.ts';
import { refused, told } from './result.ts';
import { defineTool, namedFields, reads } from './tool.ts';

/** Of what has not arrived. */
const mostShown = 20;

export const reportTool = defineTool({
  name: 'perdure_report',
  title: 'Show a report of a task',
  tier: 'all',
  description:
    'What those who wait for a task are told: its line and report, where its reports go, which have not arrived. Changes nothing: a person binds and resends.',
  annotations: reads,
  input: z.strictObject({
    task_id: namedFields.task_id,
    level: z.int().min(0).max(4).optional().describe('0 a word, 4 the plan as JSON; default: its own'),
  }),
  async call({ task_id: taskId, level: asked }, host) {
    const task = await host.store.get(taskId);
    if (task === undefined) return refused(refuse('not_found', `There is no task "${taskId}".`));
    const policy = await host.reportPolicy();
    const level = asked ?? reportLevel(task, policy);
    const [line, report, bound] = [statusLine(task), reportText(task, level, policy), boundTo(task.delivery)];
    const open = (await host.store.outbox.open(taskId)).map(reportView);
    const owed = open.slice(-mostShown);
    const more = open.length - owed.length;
    const text = [
      line,
      ...(report === line ? [] : [report]),
      `Reports go to: ${bound}.`,
      ...(more === 0 ? [] : [`${more} older ones have not arrived either.`]),
      ...owed.map(owedLine),
      ...(open.length === 0 ? ['No report waits.'] : []),
    ].join('\n');
    return told(task, text, { line, level, report, bound, owed, owed_count: open.length });
  },
});

/** Without what may hold a secret: the arguments of a program, and the path of an address. */
function boundTo(delivery: Delivery | undefined): string {
  switch (delivery?.method) {
    case undefined:
    case 'noop':
      return 'nobody';
    case 'stdout':
      return 'the screen of the sweep';
    case 'log':
      return 'a log of the state root';
    case 'command':
      return `the program ${cleanLine(delivery.argv[0] ?? '', 200)}`;
    case 'webhook':
      return `a webhook${hostOf(delivery.url)}`;
    case 'openclaw':
      return cleanLine(`${delivery.channel} ${delivery.target} by OpenClaw`, 200);
    default:
      return delivery satisfies never;
  }
}

function hostOf(url: string | undefined): string {
  const address = url === undefined ? null : URL.parse(url);
  return address === null ? '' : ` of ${address.host}`;
}

function owedLine({ number, state, reason, method, problem }: ReportView): string {
  const why = problem === undefined ? '' : ` (${cleanLine(problem, 200)})`;
  return `Report ${number} is ${state}${why}: ${reason} by ${method}`;
}
