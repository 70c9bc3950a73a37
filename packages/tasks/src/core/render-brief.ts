/**
 * The brief as Markdown. However much the task holds it stays below its size: each section has a share of it, and what
 * others leave of theirs goes to those that need it most. What is cut is counted, never silently left out. Texts become
 * one line each, so that none can pass for a heading of ours.
 */

import { isoTime } from './time.ts';
import type { Brief } from './brief.ts';

/** Rule of thumb of all who count tokens without the model at hand. */
const charsPerToken = 4;

/** How long a brief may be: where tokens come first, the shorter one. */
export const briefTokens = { time: 1_000, tokens: 600 } as const satisfies Record<Brief['execution_priority'], number>;

interface Section {
  readonly heading: string;
  /** Of the whole brief, in percent. */
  readonly share: number;
  readonly lines: readonly string[];
  /** The first line is shown whole if that can be, at the cost of the others. */
  readonly isFirstWhole?: true;
}

/** Who is given first what others leave. */
const hungriest = ['Next step', 'Last done', 'Steering', 'Resolve first', 'Missing for completion', 'Goal', 'Verified'];

/** At most `maxTokens` tokens; sensible from 500 on. */
export function renderBrief(
  brief: Brief,
  { maxTokens = briefTokens[brief.execution_priority] }: { readonly maxTokens?: number } = {},
): string {
  const whole = `The rest: perdure task show ${brief.task_id}`;
  const size = maxTokens * charsPerToken - whole.length - 8;
  const part = (percent: number) => Math.floor((size * percent) / 100);
  const head = cut(`# ${oneLine(brief.title)} (${brief.task_id}, ${brief.state}, revision ${brief.revision})`, part(6));
  const status = cut(brief.status_line, part(7));
  const sections = sectionsOf(brief).filter(({ lines }) => lines.length > 0);
  const rooms = roomsOf(sections, { size: size - head.length - status.length, part });
  const texts = sections.map((section) => `## ${section.heading}\n${fit(section, rooms.get(section) ?? 0)}`);
  const text = [head, status, ...texts].join('\n\n');
  return text.includes(cutMark) ? `${text}\n\n${whole}\n` : `${text}\n`;
}

/** Characters for the lines of each section. */
function roomsOf(
  sections: readonly Section[],
  { size, part }: { readonly size: number; readonly part: (percent: number) => number },
): ReadonlyMap<Section, number> {
  const around = ({ heading }: Section) => heading.length + 6;
  const rooms = new Map(sections.map((one) => [one, Math.min(fullSize(one), part(one.share) - around(one))]));
  const used = sections.reduce((sum, one) => sum + around(one) + (rooms.get(one) ?? 0), 0);
  let spare = Math.max(0, size - used);
  const hungry = hungriest.flatMap((heading) => sections.filter((one) => one.heading === heading));
  for (const one of hungry) {
    const more = Math.min(spare, fullSize(one) - (rooms.get(one) ?? 0));
    rooms.set(one, (rooms.get(one) ?? 0) + more);
    spare -= more;
  }
  return rooms;
}

/** With the count of what is missing, so that what is whole fits for certain. */
function fullSize({ lines }: Section): number {
  return lines.reduce((sum, line) => sum + oneLine(line).length + 3, more(lines.length).length);
}

/** In the order of reading. The shares, with those of head and status line, add up to less than the whole. */
function sectionsOf(brief: Brief): readonly Section[] {
  const controls = brief.controls.map(({ intent, message }) => `${intent}: ${message}`);
  const steering = [
    ...brief.steering.map(({ intent, message }) => `${intent}: ${message}`),
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
      isFirstWhole: true,
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
const cutMark = ' … ';

function more(count: number): string {
  return `-${cutMark}${count} more`;
}

/** As many lines as fit, each with an even part of what is left; says how many did not. */
function fit({ lines, isFirstWhole }: Section, size: number): string {
  const whole = lines.map((line) => `- ${oneLine(line)}`).join('\n');
  if (whole.length <= size) return whole;
  const shown: string[] = [];
  let left = size - more(lines.length).length;
  for (const [index, line] of lines.entries()) {
    if (index > 0 && left < shortest) break;
    const remaining = Math.max(1, Math.min(lines.length - index, Math.floor(left / shortest)));
    const even = Math.floor(left / remaining) - 1;
    const text = cut(`- ${oneLine(line)}`, index === 0 && isFirstWhole ? left : even);
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
  const kept = Math.max(0, size - `${cutMark}${text.length} more characters`.length);
  return `${text.slice(0, kept).toWellFormed()}${cutMark}${text.length - kept} more characters`;
}
