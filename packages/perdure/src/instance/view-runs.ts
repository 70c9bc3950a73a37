/** What becomes of runs, as `perdure up` tells it: a line each, and not too many at once. Pure. */

import { firstLine, formatDuration, oneLine, printable } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import type { RunNews } from './watch-runs.ts';

export interface RunNewsOptions {
  readonly paint: Paint;
  /** ` --home <root>` where commands to copy need it, else empty. */
  readonly homeFlag: string;
}

/** Lines of one look: where there are more, those stay that somebody has to do something about. */
const mostLines = 8;
/** Runs that are named in a line. */
const mostNamed = 3;

export function runNewsLines(news: readonly RunNews[], options: RunNewsOptions): readonly string[] {
  const kept = new Set(news.toSorted((one, other) => rank(one) - rank(other)).slice(0, mostLines));
  const lines = news.filter((each) => kept.has(each)).map((each) => newsLine(each, options));
  const left = news.length - kept.size;
  return left === 0 ? lines : [...lines, `… and ${left} more: perdure runs list${options.homeFlag}`];
}

/** What somebody has to do something about is told, whatever else is not. */
function rank({ kind }: RunNews): number {
  return kind === 'runs_go_on' || kind === 'run_asks' || kind === 'run_failed' || kind === 'run_needs_attention'
    ? 0
    : 1;
}

function newsLine(news: RunNews, { paint, homeFlag }: RunNewsOptions): string {
  switch (news.kind) {
    case 'runs_go_on': {
      const { runs } = news;
      const named = runs.slice(0, mostNamed).map(nameOf).join(', ');
      const more = runs.length > mostNamed ? `, and ${runs.length - mostNamed} more` : '';
      return `${paint('cyan', '↺')} ${runs.length === 1 ? '1 run goes' : `${runs.length} runs go`} on: ${named}${more}`;
    }
    case 'run_started':
      return `${paint('cyan', '▸')} ${nameOf(news)} started`;
    case 'run_recovered':
      return `${paint('cyan', '↺')} ${nameOf(news)} recovered; finished steps are kept`;
    case 'run_completed':
      return `${paint('green', '✓')} ${nameOf(news)} completed after ${formatDuration(news.ms)}`;
    case 'run_cancelled':
      return `${paint('red', '✗')} ${nameOf(news)} was cancelled`;
    case 'run_failed':
      return `${paint('red', '✗')} ${nameOf(news)} failed: ${oneLine(news.reason, 200)}`;
    case 'run_needs_attention':
      return `${paint('yellow', '!')} ${nameOf(news)} needs attention: ${oneLine(news.reason, 200)}`;
    case 'run_asks':
      return `${paint('yellow', '?')} ${nameOf(news)} asks: ${firstLine(news.question, 200)}  perdure waits show ${shortId(news.wait)}${homeFlag}`;
    default:
      return news satisfies never;
  }
}

function nameOf({ run, pipeline }: { readonly run: string; readonly pipeline: string }): string {
  return `${printable(pipeline)} ${shortId(run)}`;
}

/** As lists show it. */
function shortId(id: string): string {
  return id.slice(0, 13);
}
