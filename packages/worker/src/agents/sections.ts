/**
 * Splits the body of an `AGENT.md` into its sections. Tolerant of letter case, and of heading level (1 to 3) as long as
 * the headings of the sections share it: a deeper heading is prose, whatever it says, and so is one that names no
 * section. Surprise: text before the first section would never reach the model, so it is refused.
 */

import { sectionNames, type SectionName } from './definition.ts';
import { findFences } from './fences.ts';

export interface Section {
  /** Line of the heading, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** What is wrong at a line of the file. */
export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

/** What is taken at a line of the file, and is worth a word. */
export interface LineNote extends LineProblem {
  readonly severity: 'note' | 'warning';
}

interface Heading {
  readonly name: SectionName;
  readonly index: number;
  /** How many marks it has. */
  readonly level: number;
}

const headingPattern = /^ {0,3}(#{1,3})\s+(.+?)\s*#*\s*$/;
const byFoldedName = new Map(sectionNames.map((name) => [fold(name), name]));

function fold(title: string): string {
  return title.toLowerCase().replaceAll(/[\s-]+/g, ' ');
}

/** The sections below `lines`, whose first line is line `firstLine` of the file, and what is wrong with them. */
export function splitSections(
  lines: readonly string[],
  firstLine: number,
): { sections: ReadonlyMap<SectionName, Section>; problems: readonly LineProblem[] } {
  const named = findNamed(lines);
  const level = sectionLevel(named);
  const headings = chooseHeadings(named, level);
  const problems = strayText(lines.slice(0, headings[0]?.index), firstLine);
  const sections = new Map<SectionName, Section>();
  for (const [position, { name, index }] of headings.entries()) {
    const line = firstLine + index;
    const body = lines.slice(index + 1, headings[position + 1]?.index);
    const earlier = sections.get(name);
    if (earlier !== undefined) {
      const deeper = `${'#'.repeat(level + 1)} ${name}`;
      const message = `the section "${name}" was already given at line ${earlier.line}; merge the two, or write "${deeper}" if this heading belongs to the text of another section`;
      problems.push({ line, message });
      continue;
    }
    sections.set(name, { line, lines: body });
    if (body.every((text) => text.trim() === '')) {
      problems.push({ line, message: `the section "${name}" is empty; say what holds, or "None."` });
    }
  }
  for (const name of sectionNames.filter((name) => !sections.has(name))) {
    problems.push(missing(name, { lines, firstLine, level, named }));
  }
  return { sections, problems };
}

/** Every heading, outside of code, that says the name of a section. */
function findNamed(lines: readonly string[]): readonly Heading[] {
  const fences = findFences(lines);
  return lines.flatMap((line, index) => {
    const [, marks = '', title = ''] = headingPattern.exec(line) ?? [];
    const name = byFoldedName.get(fold(title));
    const isCode = fences.some(({ open, close = lines.length }) => open <= index && index <= close);
    return name === undefined || isCode ? [] : [{ name, index, level: marks.length }];
  });
}

/** The level at which most sections are named; of two such levels the one with fewer marks. */
function sectionLevel(named: readonly Heading[]): number {
  const namesAt = (level: number) => new Set(named.flatMap((heading) => (heading.level === level ? heading.name : [])));
  const counts = [1, 2, 3].map((level) => namesAt(level).size);
  const most = Math.max(...counts);
  return most === 0 ? 2 : counts.indexOf(most) + 1;
}

/**
 * Those of the level of the sections, and those above it; but what stands above all of them and is given below is the
 * title of an agent that is called like a section.
 */
function chooseHeadings(named: readonly Heading[], level: number): readonly Heading[] {
  const first = named.find((heading) => heading.level === level)?.index ?? 0;
  const given = new Set(named.flatMap((heading) => (heading.level === level ? heading.name : [])));
  const isTitle = (heading: Heading) => heading.level < level && heading.index < first && given.has(heading.name);
  return named.filter((heading) => heading.level <= level && !isTitle(heading));
}

interface Surroundings {
  readonly lines: readonly string[];
  readonly firstLine: number;
  readonly level: number;
  readonly named: readonly Heading[];
}

function missing(name: SectionName, { lines, firstLine, level, named }: Surroundings): LineProblem {
  const heading = `${'#'.repeat(level)} ${name}`;
  const deeper = named.find((other) => other.name === name && other.level > level);
  if (deeper !== undefined) {
    const message = `the section "${name}" is missing; if this heading is meant as one, write "${heading}" like the other sections`;
    return { line: firstLine + deeper.index, message };
  }
  const line = firstLine + Math.max(lines.length - 1, 0);
  return { line, message: `the section "${name}" is missing; add "${heading}" and its text` };
}

/** A title may stand before the first section, nothing else. */
function strayText(preamble: readonly string[], firstLine: number): LineProblem[] {
  const index = preamble.findIndex((line) => line.trim() !== '' && !headingPattern.test(line));
  if (index < 0) return [];
  const message = 'this text stands before the first section and would not reach the model; move it into a section';
  return [{ line: firstLine + index, message }];
}
