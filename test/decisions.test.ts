/**
 * A decision that was taken is not edited: its text is held against `docs/decisions/frozen.json`, and that list against
 * every earlier version of itself that git has. So a clone without history still sees an edited text, and one with
 * history an edited line. Why: `docs/decisions/0033-frozen-decisions.md`.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const folder = 'docs/decisions';
const list = `${folder}/frozen.json`;

type Frozen = Readonly<Record<string, string>>;

interface Decision {
  readonly file: string;
  readonly number: string;
  readonly lines: readonly string[];
  readonly status: string;
  /** SHA-256 of all lines but the status. */
  readonly hash: string;
}

const isStatus = (line: string) => line.startsWith('**Status.** ');
const frozen = JSON.parse(readFileSync(join(root, list), 'utf8')) as Frozen;
const decisions = globSync('[0-9][0-9][0-9][0-9]-*.md', { cwd: join(root, folder) })
  .toSorted()
  .map((file) => readDecision(file));

function readDecision(file: string): Decision {
  const lines = readFileSync(join(root, folder, file), 'utf8')
    .replaceAll('\r\n', '\n')
    .split('\n');
  const text = lines.filter((line) => !isStatus(line)).join('\n');
  return {
    file,
    number: file.slice(0, 4),
    lines,
    status: lines.find(isStatus) ?? '',
    hash: createHash('sha256').update(text).digest('hex'),
  };
}

/** `Accepted.`, what it does to earlier ones, and the one sentence that may be added later. */
const status =
  /^\*\*Status\.\*\* Accepted\.(?: (Adds to|Amends|Corrects) (\d{4}(?: and \d{4})*)\.)?(?: Superseded by (\d{4})(?:, as to [^.]+)?\.)?$/;

const supersedes = ({ status: line }: Decision) => {
  const [, verb, numbers = ''] = status.exec(line) ?? [];
  return verb === undefined || verb === 'Adds to' ? [] : numbers.split(' and ');
};
const supersededBy = ({ status: line }: Decision) => status.exec(line)?.[3];

const find = (number: string | undefined) => decisions.find((decision) => decision.number === number);

/** Every version of the list that this clone knows of. Undefined: not a clone, or no git. */
function earlierLists(): readonly (readonly [commit: string, list: Frozen])[] | undefined {
  if (!existsSync(join(root, '.git'))) return undefined;
  const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  const commits = git('log', '--full-history', '--diff-filter=AM', '--format=%h', '--', list).split('\n').slice(0, -1);
  return commits.map((commit) => [commit, JSON.parse(git('show', `${commit}:${list}`)) as Frozen]);
}

describe('decisions', () => {
  it('have numbers without a gap and without a twin', () => {
    const expected = decisions.map((_, index) => String(index + 1).padStart(4, '0'));
    expect(decisions.map(({ number }) => number)).toEqual(expected);
    expect(decisions.length).toBeGreaterThan(32);
  });

  it('are each in the list of frozen ones, and nothing else is', () => {
    const missing = decisions
      .filter(({ file }) => frozen[file] === undefined)
      .map(({ file, hash }) => `add to ${list}: "${file}": "${hash}"`);
    expect(missing).toEqual([]);
    expect(Object.keys(frozen).toSorted()).toEqual(decisions.map(({ file }) => file));
  });

  it('have the text that they were taken with', () => {
    const edited = decisions
      .filter(({ file, hash }) => frozen[file] !== undefined && frozen[file] !== hash)
      .map(({ file }) => `${file} was edited: restore it, and write a new decision that supersedes it`);
    expect(edited).toEqual([]);
  });

  it('are frozen once: no line of the list was ever another', (ctx) => {
    const lists = earlierLists();
    ctx.skip(lists === undefined, 'not a clone of the repository');
    const changed = (lists ?? []).flatMap(([commit, before]) =>
      Object.entries(before)
        .filter(([file, hash]) => frozen[file] !== undefined && frozen[file] !== hash)
        .map(([file]) => `${file} was taken with another text in ${commit}: restore text and line`),
    );
    expect(changed).toEqual([]);
  });

  it('begin with number, status, problem and decision', () => {
    for (const { file, number, lines } of decisions) {
      expect(lines[0], file).toMatch(new RegExp(`^# ${number}: \\S`));
      expect(lines[2], `${file}: the status is a line of its own`).toMatch(status);
      const parts = lines.flatMap((line) => /^\*\*([A-Z][a-z]+)\.\*\*/.exec(line)?.[1] ?? []);
      expect(parts.slice(0, 3), file).toEqual(['Status', 'Problem', 'Decision']);
    }
  });

  it('say so when a later one supersedes them, and the later one names them', () => {
    for (const decision of decisions) {
      for (const number of supersedes(decision)) {
        expect(find(number), `${decision.file} names ${number}`).toBeDefined();
        expect(find(number)?.status, number).toContain(`Superseded by ${decision.number}`);
      }
      const by = supersededBy(decision);
      if (by === undefined) continue;
      expect(Number(by), decision.file).toBeGreaterThan(Number(decision.number));
      expect(find(by)?.lines.join('\n'), `${by} does not name ${decision.number}`).toContain(decision.number);
    }
  });
});
