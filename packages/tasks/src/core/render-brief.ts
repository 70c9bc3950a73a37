/**
 * The brief as Markdown. However much the task holds, and in whatever script, it stays below its size: each section has
 * a share of it, and what others leave of theirs goes to those that need it most. What is cut is counted, never
 * silently left out. Texts become one line each, so that none can pass for a heading of ours.
 */

import type { Brief } from './brief.ts';
import { cut, cutMark } from './cut.ts';
import { problemText } from './gate.ts';
import { isoTime } from './time.ts';
import { estimateTokens } from './token-estimate.ts';

/** In plain English; what takes more tokens gets fewer characters. */
const charsPerToken = 4;

/** How long a brief may be: where tokens come first, the shorter one. */
export const briefTokens = { time: 1_000, tokens: 700 } as const satisfies Record<Brief['execution_priority'], number>;

/** Each line is one line. */
interface Section {
  readonly heading: string;
  /** Of the whole brief, in percent. */
  readonly share: number;
  readonly lines: readonly string[];
  /** The first line is shown whole if that can be, at the cost of the others. */
  readonly isFirstWhole?: true;
}

/** Who is given first what others leave. */
const hungriest = [
  'Constraints',
  'Steering',
  'Next step',
  'Open milestones',
  'Last done',
  'Resolve first',
  'Lanes',
  'Goal',
  'Verified',
  'Missing for completion',
];

/** How often a brief is made smaller until it fits: each time by as much as it was too large, and at least by some. */
const mostTries = 40;

/** At most `maxTokens` tokens; sensible from 500 on. */
export function renderBrief(
  brief: Brief,
  { maxTokens = briefTokens[brief.execution_priority] }: { readonly maxTokens?: number } = {},
): string {
  const sections = sectionsOf(brief)
    .map((section) => ({ ...section, lines: section.lines.map(oneLine) }))
    .filter(({ lines }) => lines.length > 0);
  let size = maxTokens * charsPerToken;
  let text = renderWithin(brief, sections, size);
  for (let tries = 0; tries < mostTries; tries += 1) {
    const tokens = estimateTokens(text);
    if (tokens < maxTokens) return text;
    size = Math.floor(size * Math.min(0.95, (maxTokens * 0.97) / tokens));
    text = renderWithin(brief, sections, size);
  }
  return text;
}

function renderWithin(brief: Brief, sections: readonly Section[], characters: number): string {
  const whole = `The rest: perdure task show ${brief.task_id}`;
  const size = Math.max(0, characters - whole.length - 8);
  const part = (percent: number) => Math.floor((size * percent) / 100);
  const title = cut(
    `# ${oneLine(brief.title)} (${brief.task_id}, ${brief.state}, revision ${brief.revision})`,
    part(6),
  );
  const project = brief.project === '' ? '' : `\n${cut(`Project: ${oneLine(brief.project)}`, part(5))}`;
  const head = `${title}${project}`;
  const status = cut(oneLine(brief.head_line), part(6));
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
  return lines.reduce((sum, line) => sum + line.length + 3, more(lines.length).length);
}

/** In the order of reading. The shares, with those of head and status line, add up to less than the whole. */
function sectionsOf(brief: Brief): readonly Section[] {
  const steering = [
    ...brief.steering.map(wordLine),
    ...optional(brief.operator_note, 'operator: '),
    ...brief.controls.map((control) => `waits for the next boundary: ${wordLine(control)}`),
  ];
  const actions = brief.unresolved_actions.map(({ id, summary }) => `${id}: ${summary}`);
  const { minutes, tokens } = brief.budget_left;
  return [
    { heading: 'Goal', share: 9, lines: optional(brief.goal) },
    {
      heading: 'Constraints',
      share: 13,
      lines: [...brief.constraints, ...brief.risks.map((risk) => `risk: ${risk}`)],
    },
    { heading: 'Resolve first', share: 8, lines: actions },
    { heading: 'Lanes', share: 8, lines: laneLines(brief) },
    { heading: 'Steering', share: 9, lines: steering },
    { heading: 'Next step', share: 8, lines: optional(brief.next_step) },
    { heading: 'Open milestones', share: 8, lines: brief.milestones.map(milestoneLine) },
    {
      heading: 'Last done',
      share: 8,
      isFirstWhole: true,
      lines: brief.last_done.map(({ at, text }) => `${isoTime(at)} ${text}`),
    },
    { heading: 'Verified', share: 7, lines: verified(brief) },
    { heading: 'Missing for completion', share: 3, lines: otherGaps(brief) },
    {
      heading: 'Budget left',
      share: 2,
      lines: optional([...count(minutes, 'minutes'), ...count(tokens, 'tokens')].join(', ')),
    },
  ];
}

/** The number before the words, where nothing cuts it off. */
function wordLine({ intent, message, number }: Brief['steering'][number]): string {
  return `${intent}${number === undefined ? '' : ` (word ${number})`}: ${message}`;
}

function laneLines({ lanes, quarantined }: Brief): readonly string[] {
  const lines = lanes.map(({ line, class: name, reasons, goal, deadline }) => {
    const why = reasons.length > 0 ? reasons.join('; ') : deadline === null ? 'at work' : `at work until ${deadline}`;
    return `${name === 'active' ? '' : 'decide: '}${line} (${why}): ${goal}`;
  });
  return quarantined === 0 ? lines : [...lines, `${quarantined} return(s) in quarantine`];
}

function milestoneLine({ id, title, status, percent }: Brief['milestones'][number]): string {
  const how = status === 'running' ? `running, ${percent}%` : percent > 0 ? `${percent}%` : '';
  return `${id}: ${title}${how === '' ? '' : ` (${how})`}`;
}

function verified({ last_verified_step, criteria }: Brief): readonly string[] {
  const lines = criteria.map(({ text, problem, check }, index) => {
    const worth = problem === null ? 'met' : 'open';
    const why = problem === null || problem === 'no_evidence' ? [] : [problemText[problem]];
    const how = [...why, ...(check === null ? [] : [`by ${check.join(' ')}`])].join(', ');
    return `${worth} ${index + 1}: ${text}${how === '' ? '' : ` (${how})`}`;
  });
  return [...optional(last_verified_step), ...lines];
}

/** Those of criteria, milestones and actions are told where these are. */
function otherGaps({ gaps, unresolved_actions: open }: Brief): readonly string[] {
  return gaps
    .filter((gap) => gap.kind === 'control' || (gap.kind === 'action' && !open.some(({ id }) => id === gap.id)))
    .map(({ message }) => message);
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
  return `-${cutMark}${count} more`;
}

/** As many lines as fit, each with an even part of what is left; says how many did not. */
function fit({ lines, isFirstWhole }: Section, size: number): string {
  const whole = lines.map((line) => `- ${line}`).join('\n');
  if (whole.length <= size) return whole;
  const shown: string[] = [];
  let left = size - more(lines.length).length;
  for (const [index, line] of lines.entries()) {
    if (index > 0 && left < shortest) break;
    const remaining = Math.max(1, Math.min(lines.length - index, Math.floor(left / shortest)));
    const even = Math.floor(left / remaining) - 1;
    const text = cut(`- ${line}`, index === 0 && isFirstWhole ? left : even);
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
