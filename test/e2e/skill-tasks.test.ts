/**
 * The skill of tasks tells the truth: its front matter is valid, what it names exists, and its task, taken from the
 * pages, comes from the plan to completion by its own commands.
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { acceptancePolicies, compact, errorCatalogue, taskSchema, taskStates } from '@perdure/contract';
import { chooseTools } from '@perdure/tasks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { codeOf, createHelpCheck, namedCommand, type NamedCommand } from './named-commands.ts';

const root = join(import.meta.dirname, '../..');
const skill = join(root, 'skills/perdure');
const main = fileURLToPath(import.meta.resolve('perdure/main'));

const pages = ['SKILL.md', ...readdirSync(join(skill, 'references')).map((name) => `references/${name}`)].map(
  (file) => ({
    file,
    text: readFileSync(join(skill, file), 'utf8'),
  }),
);
const whole = pages.map(({ text }) => text).join('\n');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function perdure(args: readonly string[], { cwd = root, lease = '' } = {}): Promise<Ended> {
  const { PERDURE_HOME: _, ...outer } = process.env;
  const env = { ...outer, ...compact({ PERDURE_LEASE: lease === '' ? undefined : lease }) };
  return await promisify(execFile)(process.execPath, [main, ...args], { cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );
}

describe('the format', () => {
  const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(pages[0]?.text ?? '') ?? [];
  const front = parse(head) as Readonly<Record<string, unknown>>;

  test('the front matter keeps the rules of Agent Skills, and names what ClawHub has to find', () => {
    const known = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
    expect(Object.keys(front).filter((key) => !known.includes(key))).toEqual([]);
    expect(front['name']).toBe(basename(skill));
    expect(String(front['description']).length).toBeLessThanOrEqual(1024);
    expect(String(front['compatibility']).length).toBeLessThanOrEqual(500);
    expect(front['metadata']).toEqual({ openclaw: { requires: { bins: ['perdure'] }, os: ['linux', 'darwin'] } });
  });

  test('no page is longer than 150 lines', () => {
    for (const { file, text } of pages) expect(text.trimEnd().split('\n').length, file).toBeLessThanOrEqual(150);
  });

  test('every link leads to a page of the skill itself', () => {
    const links = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([^)#\s]+)\)/g)].map(([, path = '']) => ({ file, path })),
    );
    expect(links.length).toBeGreaterThan(3);
    for (const { file, path } of links) {
      const target = join(skill, dirname(file), path);
      expect(relative(skill, target), path).not.toMatch(/^\.\./);
      expect(existsSync(target), path).toBe(true);
    }
  });
});

describe('what it names exists', () => {
  test('every error code of its table of refusals', () => {
    const [, rows = ''] = /## What a refusal means\n([\s\S]*?)\n## /.exec(whole) ?? [];
    const named = [...rows.matchAll(/^\| `(\w+)`/gm)].map(([, code = '']) => code);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((code) => !Object.hasOwn(errorCatalogue, code))).toEqual([]);
  });

  test('every tool of the core, and no other', () => {
    const named = new Set([...whole.matchAll(/`(perdure_\w+)`/g)].map(([, name = '']) => name));
    const core = chooseTools('core').map(({ name }) => name);
    expect([...named].toSorted()).toEqual(core.toSorted());
  });

  test('every field, state and policy of its tables', () => {
    const page = pages.find(({ file }) => file.endsWith('task-schema.md'))?.text ?? '';
    const [plan = ''] = page.split('## Evidence');
    const named = [...plan.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(
      ([, cell = '']) => cell.match(/\w+/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((field) => !Object.hasOwn(taskSchema.shape, field))).toEqual([]);
    for (const word of [...taskStates, ...acceptancePolicies]) expect(whole).toContain(`\`${word}\``);
  });

  test('every command, with every flag that it is given', { timeout: 300_000 }, async () => {
    const commands = commandsNamed();
    expect(commands.length).toBeGreaterThan(30);
    const unknown = await Promise.all(commands.map(async (command) => await whatIsUnknown(command)));
    expect(unknown.flat()).toEqual([]);
  });
});

test('its task goes from the plan through a refused completion to a completed one', { timeout: 300_000 }, async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'perdure-skill-tasks-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  await promisify(execFile)('git', ['init', '-q'], { cwd });
  expect((await perdure(['init'], { cwd })).code).toBe(0);
  const created = await perdure([...createArguments(), '--json'], { cwd });
  expect(created).toMatchObject({ code: 0, stderr: '' });
  const { lease_token: lease } = (JSON.parse(created.stdout) as { data: { lease_token: string } }).data;

  const task = async (...args: readonly string[]) => await perdure(['task', ...args], { cwd, lease });
  writeFileSync(join(cwd, 'proof.txt'), 'both\n');
  const refused = await task('complete', 'parser-2');
  expect(refused).toMatchObject({ code: 9, stderr: expect.stringContaining('criterion 1 has no evidence') });
  expect((await perdure(['task', 'progress', 'parser-2', 'me too', '--lease', ''], { cwd })).code).toBe(8);
  for (const id of ['m1', 'm2']) expect((await task('milestone', 'parser-2', id, '--status', 'done')).code).toBe(0);
  expect((await task('milestone', 'parser-2', 'm3', '--status', 'dropped', '--reason', 'withdrawn')).code).toBe(0);
  for (const criterion of ['1', '2']) {
    const check = ['--criterion', criterion, '--paths', 'proof.txt', '--', 'grep', '-q', 'both', 'proof.txt'];
    expect((await task('verify', 'parser-2', ...check)).code).toBe(0);
  }
  expect((await task('boundary', 'parser-2')).code).toBe(0);
  expect((await task('complete', 'parser-2', '--summary', 'read')).code).toBe(0);
  expect((await perdure(['task', 'show', 'parser-2', '--json'], { cwd })).stdout).toContain('"completed"');
});

/** The words of the `create` of the quickstart. */
function createArguments(): readonly string[] {
  const [, text = ''] = /^perdure (task create (?:[^\n]*\\\n)+[^\n]*)$/m.exec(whole) ?? [];
  const words = text.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|(\S+)/g);
  return [...words].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

function commandsNamed(): readonly NamedCommand[] {
  const lines = codeOf(whole).flatMap((text) => text.replaceAll('\\\n', ' ').split('\n'));
  return lines.flatMap((line) => {
    const given = /^perdure\s+(.*)$/
      .exec(line.replace(/\s#\s.*$/, ''))?.[1]
      ?.split(' -- ')[0]
      ?.split(/\s+/);
    return given === undefined ? [] : [namedCommand(given)];
  });
}

const whatIsUnknown = createHelpCheck(async (words) => (await perdure([...words, '--help'])).stdout);
