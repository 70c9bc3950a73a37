/**
 * One line between markers in the file that a tool reads in every conversation. The rest of the file is somebody
 * else's.
 */

import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { assertInside, writeInside } from './inside.ts';
import type { SkillPlace } from './places.ts';

const begin = '<!-- perdure:begin -->';
const end = '<!-- perdure:end -->';
const line =
  'Work of more than a few minutes is kept in a durable task: read the `perdure` skill, begin with `perdure task continue`.';

/** Whether the file has to be written. @throws PerdureError where it is a link that leads out of the place. */
export function addLine({ base, agentsFile }: SkillPlace, { dryRun }: { readonly dryRun: boolean }): boolean {
  assertInside(base, agentsFile);
  const before = existsSync(agentsFile) ? readFileSync(agentsFile, 'utf8') : '';
  const block = `${begin}\n${line}\n${end}\n`;
  const rest = withoutBlock(before);
  const after = before.includes(block) ? before : `${rest}${separator(rest)}${block}`;
  if (after === before) return false;
  if (!dryRun) write(base, agentsFile, after);
  return true;
}

/** Whether there was something to take out. A file that holds nothing else goes with it. */
export function removeLine({ base, agentsFile }: SkillPlace, { dryRun }: { readonly dryRun: boolean }): boolean {
  if (!existsSync(agentsFile)) return false;
  assertInside(base, agentsFile);
  const before = readFileSync(agentsFile, 'utf8');
  const after = withoutBlock(before);
  if (after === before) return false;
  if (dryRun) return true;
  if (after.trim() === '') rmSync(agentsFile);
  else write(base, agentsFile, after);
  return true;
}

/** A link inside the place, as CLAUDE.md often is one to AGENTS.md, stays a link. */
function write(base: string, file: string, text: string): void {
  const real = existsSync(file) ? realpathSync(file) : file;
  writeInside(real === file ? base : dirname(real), real, text);
}

/** The empty line that was put before it goes too. A begin without an end is nobody's block. */
function withoutBlock(text: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) return text;
  const before = text.slice(0, from);
  const after = text.slice(to + end.length).replace(/^\n/, '');
  return `${before.endsWith('\n\n') ? before.slice(0, -1) : before}${after}`;
}

function separator(text: string): string {
  if (text === '') return '';
  return text.endsWith('\n') ? '\n' : '\n\n';
}
