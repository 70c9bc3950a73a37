/**
 * Splits the body of an `AGENT.md` into its sections. Tolerant of heading level (1 to 3) and letter case; a heading
 * that names no section belongs to the section around it. Surprise: text before the first section would never reach the
 * model, so it is refused.
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

interface Heading {
  readonly name: SectionName;
  readonly index: number;
}

const headingPattern = /^ {0,3}#{1,3}\s+(.+?)\s*#*\s*$/;
const byFoldedName = new Map(sectionNames.map((name) => [fold(name), name]));

function fold(title: string): string {
  return title.toLowerCase().replaceAll(/[\s-]+/g, ' ');
}

/** The sections below `lines`, whose first line is line `firstLine` of the file, and what is wrong with them. */
export function splitSections(
  lines: readonly string[],
  firstLine: number,
): { sections: ReadonlyMap<SectionName, Section>; problems: readonly LineProblem[] } {
  const headings = findHeadings(lines);
  const problems = strayText(lines.slice(0, headings[0]?.index), firstLine);
  const sections = new Map<SectionName, Section>();
  for (const [position, { name, index }] of headings.entries()) {
    const line = firstLine + index;
    const body = lines.slice(index + 1, headings[position + 1]?.index);
    const earlier = sections.get(name);
    if (earlier !== undefined) {
      const message = `the section "${name}" was already given at line ${earlier.line}; merge the two`;
      problems.push({ line, message });
      continue;
    }
    sections.set(name, { line, lines: body });
    if (body.every((text) => text.trim() === '')) {
      problems.push({ line, message: `the section "${name}" is empty; say what holds, or "None."` });
    }
  }
  for (const name of sectionNames.filter((name) => !sections.has(name))) {
    const line = firstLine + Math.max(lines.length - 1, 0);
    problems.push({ line, message: `the section "${name}" is missing; add "## ${name}" and its text` });
  }
  return { sections, problems };
}

function findHeadings(lines: readonly string[]): readonly Heading[] {
  const fences = findFences(lines);
  return lines.flatMap((line, index) => {
    const name = byFoldedName.get(fold(headingPattern.exec(line)?.[1] ?? ''));
    const isCode = fences.some(({ open, close = lines.length }) => open <= index && index <= close);
    return name === undefined || isCode ? [] : [{ name, index }];
  });
}

/** A title may stand before the first section, nothing else. */
function strayText(preamble: readonly string[], firstLine: number): LineProblem[] {
  const index = preamble.findIndex((line) => line.trim() !== '' && !headingPattern.test(line));
  if (index < 0) return [];
  const message = 'this text stands before the first section and would not reach the model; move it into a section';
  return [{ line: firstLine + index, message }];
}
