/** Where reports go, and what became of them, for people. Pure. */

import type { Delivery, ReportView } from '@perdure/contract';
import { untilWords } from '../text/clock.ts';
import { oneLine, printable } from '../text/format.ts';
import { formatList } from '../text/table.ts';

export function deliveryText(delivery: Delivery): string {
  switch (delivery.method) {
    case 'stdout':
      return 'the screen of `perdure task tick`';
    case 'log':
      return 'logs/reports.log of the state root';
    case 'noop':
      return 'nobody';
    case 'command':
      return `the program ${printable(delivery.argv.join(' '))}${keyText(delivery.takes_key)}`;
    case 'webhook':
      return `the webhook ${printable(delivery.url ?? `in ${delivery.url_variable ?? ''}`)}${keyText(delivery.takes_key)}`;
    case 'openclaw':
      return printable(`${delivery.channel} ${delivery.target} by OpenClaw`);
    default:
      return delivery satisfies never;
  }
}

function keyText(takesKey: true | undefined): string {
  return takesKey === true ? ', which takes our key' : '';
}

export interface ReportsTextOptions {
  readonly now: number;
  readonly columns?: number | undefined;
  /** Whether those that arrived are among them. */
  readonly isAll: boolean;
}

export function reportsText(reports: readonly ReportView[], { now, columns, isAll }: ReportsTextOptions): string {
  const rows = reports.map((report) => [
    String(report.number),
    stateText(report, now),
    report.reason,
    report.method,
    oneLine(report.text, 200),
  ]);
  const empty = isAll ? 'No reports.' : 'No report waits.';
  return formatList(['NO', 'STATE', 'REASON', 'BY', 'TEXT'], rows, { empty, columns, spare: [3] });
}

/** One that has not arrived, for the page of its task. */
export function owedLine(report: ReportView, now: number): string {
  return `${report.number}. ${stateText(report, now)}: ${report.reason} by ${report.method}`;
}

function stateText({ state, problem, next_at: nextAt }: ReportView, now: number): string {
  const when = nextAt === undefined ? '' : `, again at ${untilWords(nextAt, now)}`;
  return `${state}${problem === undefined ? '' : ` (${oneLine(problem, 200)})`}${when}`;
}
