/**
 * The brief as Markdown. However much the task holds it stays below its size, for each section has a share of it that it cannot exceed;
 * what is cut is counted, never silently left out. Texts become one line each, so that none can pass for a heading of ours.
 */

import { isoTime } from './time.ts';
import type { Brief } from './brief.ts';

/** Rule of thumb of all who count tokens without the model at hand. */
const charsPerToken = 4;
/** Between the sections. */
const lineEnds = 30;

/** How long a brief may be: where tokens come first, the shorter one. */
export const briefTokens = { time: 1_000, tokens: 600 } as const satisfies Record<Brief['execution_priority'], number>;

interface Section {
  readonly heading: string;
  /** Of the whole brief, in percent. */
  readonly share: number;
  readonly lines: readonly string[];
}

/** At most `maxTokens` tokens; sensible from 500 on. */
export function renderBrief(
  brief: Brief,
  { maxTokens = briefTokens[brief.execution_priority] }: { readonly maxTokens?: number } = {},
): string {
  const size = maxTokens * charsPerToken - lineEnds;
  const part = (percent: number) => Math.floor((size * percent) / 100);
  const head = cut(`# ${oneLine(brief.title)} (${brief.task_id}, ${brief.state}, revision ${brief.revision})`, part(6));
  const sections = sectionsOf(brief)
    .filter(({ lines }) => lines.length > 0)
    .map(({ heading, share, lines }) => `## ${heading}\n${fit(lines, part(share) - heading.length - 6)}`);
  return `${[head, cut(brief.status_line, part(7)), ...sections].join('\n\n')}\n`;
}

/** In the order of reading. The shares, with those of head and status line, add up to less than the whole. */
function sectionsOf(brief: Brief): readonly Section[] {
  const controls = brief.controls.map(({ intent, message }) => `${intent}: ${message}`);
  const steering = [
    ...optional(brief.steering),
    ...optional(brief.operator_note, 'operator: '),
    ...controls.map((control) => `waits for the next boundary: ${control}`),
  ];
  const actions = brief.unresolved_actions.map(({ id, summary }) => `${id}: ${summary}`);
  const { minutes, tokens } = brief.budget_left;
  return [
    { heading: 'Goal', share: 14, lines: optional(brief.goal) },
    { heading: 'Resolve first', share: 10, lines: actions },
    { heading: 'Steering', share: 11, lines: steering },
    { heading: 'Next step', share: 11, lines: optional(brief.next_step) },
    { heading: 'Verified', share: 11, lines: verified(brief) },
    {
      heading: 'Last done',
      share: 9,
      lines: brief.last_done.map(({ at, text }) => `${isoTime(at)} ${text}`),
    },
    { heading: 'Missing for completion', share: 9, lines: brief.gaps.map(({ message }) => message) },
    { heading: 'Constraints', share: 8, lines: [...brief.constraints, ...brief.risks.map((risk) => `risk: ${risk}`)] },
    {
      heading: 'Budget left',
      share: 3,
      lines: optional([...count(minutes, 'minutes'), ...count(tokens, 'tokens')].join(', ')),
    },
  ];
}

function verified({ last_verified_step, criteria }: Brief): readonly string[] {
  const met = criteria.map(({ text, problem }, index) => `${problem === null ? 'met' : 'open'} ${index + 1}: ${text}`);
  return [...optional(last_verified_step), ...met];
}

function count(left: number | undefined, unit: string): readonly string[] {
  return left === undefined ? [] : [`${left} ${unit}`];
}

function optional(text: string, before = ''): readonly string[] {
  return text.trim() === '' ? [] : [`${before}${text}`];
}

/** No line is cut shorter than this to make room for another. */
const shortest = 60;

function more(count: number): string {
  return `- … ${count} more`;
}

/** As many lines as fit, each with an even part of what is left; says how many did not. */
function fit(lines: readonly string[], size: number): string {
  const shown: string[] = [];
  let left = size - more(lines.length).length;
  for (const [index, line] of lines.entries()) {
    if (index > 0 && left < shortest) break;
    const remaining = Math.max(1, Math.min(lines.length - index, Math.floor(left / shortest)));
    const text = cut(`- ${oneLine(line)}`, Math.floor(left / remaining) - 1);
    shown.push(text);
    left -= text.length + 1;
  }
  const hidden = lines.length - shown.length;
  return [...shown, ...(hidden > 0 ? [more(hidden)] : [])].join('\n');
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .toWellFormed();
}

/** At most `size` characters, and how many are missing. */
function cut(text: string, size: number): string {
  if (text.length <= size) return text;
  const kept = Math.max(0, size - ` … ${text.length} more characters`.length);
  return `${text.slice(0, kept).toWellFormed()} … ${text.length - kept} more characters`;
}
