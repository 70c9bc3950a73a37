/**
 * The skill tells the truth: its front matter is valid, what it names exists, and its files, taken from the pages, are
 * checked, run, killed in the middle and go on. A file of the skill is a fenced block behind a line "File `path`:".
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { errorCatalogue, type DurableContext } from '@perdure/contract';
import { until } from '@perdure/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { codeOf, createHelpCheck, namedCommand, type NamedCommand } from './named-commands.ts';
import { System } from './system.ts';

const root = join(import.meta.dirname, '../..');
const skill = join(root, 'skills/perdure-pipelines');
const main = fileURLToPath(import.meta.resolve('perdure/main'));

interface Page {
  readonly file: string;
  readonly text: string;
}

const pages: readonly Page[] = [
  'SKILL.md',
  ...readdirSync(join(skill, 'references')).map((name) => `references/${name}`),
].map((file) => ({ file, text: readFileSync(join(skill, file), 'utf8') }));
const whole = pages.map(({ text }) => text).join('\n');

/** Path and content of the files that the pages hold. */
const files: ReadonlyMap<string, string> = new Map(
  [...whole.matchAll(/^File `([^`]+)`:\n\n(`{3,})\w+\n([\s\S]*?)\n\2$/gm)].map(([, path = '', , body]) => [
    path,
    `${body}\n`,
  ]),
);

function projectFromPages(): string {
  const project = mkdtempSync(join(tmpdir(), 'perdure-skill-'));
  onTestFinished(() => rmSync(project, { recursive: true }));
  for (const [path, content] of files) {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    writeFileSync(join(project, path), content);
  }
  return project;
}

async function perdure(args: readonly string[], cwd = root): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, ...args], { cwd });
  return stdout;
}

describe('the format', () => {
  const [, head = ''] = /^---\n([\s\S]*?)\n---\n/.exec(pages[0]?.text ?? '') ?? [];
  const front = parse(head) as Readonly<Record<string, unknown>>;

  test('the front matter keeps the rules of Agent Skills', () => {
    const known = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
    expect(Object.keys(front).filter((key) => !known.includes(key))).toEqual([]);
    expect(front['name']).toBe(basename(skill));
    expect(front['name']).toMatch(/^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(lengthOf(front['description'])).toBeGreaterThan(0);
    expect(lengthOf(front['description'])).toBeLessThanOrEqual(1024);
    expect(lengthOf(front['compatibility'])).toBeLessThanOrEqual(500);
    expect(typeof front['license']).toBe('string');
  });

  test('no page is longer than an agent should have to read at once', () => {
    for (const { file, text } of pages) {
      const lines = text.trimEnd().split('\n');
      expect(lines.length, file).toBeLessThanOrEqual(file === 'SKILL.md' ? 200 : 150);
    }
  });

  test('every link leads to a page and a heading of the skill itself', () => {
    const links = pages.flatMap(({ file, text }) =>
      [...text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(([, path = '', anchor]) => ({ file, path, anchor })),
    );
    expect(links.length).toBeGreaterThan(4);
    for (const { file, path, anchor } of links) {
      const target = path === '' ? join(skill, file) : join(skill, dirname(file), path);
      expect(relative(skill, target), `${file}: ${path}`).not.toMatch(/^\.\./);
      expect(existsSync(target), `${file}: ${path}`).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), `${file}: #${anchor}`).toContain(anchor);
    }
  });
});

describe('what it names exists', () => {
  test('every method of ctx', () => {
    const methods = {
      runId: true,
      step: true,
      agent: true,
      tool: true,
      review: true,
      human: true,
      delegate: true,
      map: true,
      run: true,
      sleep: true,
      now: true,
      uuid: true,
      log: true,
    } satisfies Record<keyof DurableContext, true>;
    const named = new Set([...whole.matchAll(/\bctx\.(\w+)/g)].map(([, name = '']) => name));
    expect([...named].filter((name) => !Object.hasOwn(methods, name))).toEqual([]);
    expect(Object.keys(methods).filter((name) => name !== 'runId' && !named.has(name))).toEqual([]);
  });

  test('every error code', () => {
    const rows = /## needs_attention: by code\n([\s\S]*?)\n## Saving/.exec(whole)?.[1] ?? '';
    const named = [...rows.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? []);
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((code) => !Object.hasOwn(errorCatalogue, code))).toEqual([]);
  });

  test.each(['skills/perdure-pipelines/references/running-and-fixing.md', 'docs/cli.md'])(
    'every exit code, in %s',
    (file) => {
      const table = /## Exit codes\n([\s\S]*)/.exec(readFileSync(join(root, file), 'utf8'))?.[1] ?? '';
      const named = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, cell = '']) => cell.split(', ').map(Number));
      const ours = [0, 130, ...Object.values(errorCatalogue).map(({ exitCode }) => exitCode)];
      expect(named).toEqual([...new Set(ours)].toSorted((a, b) => a - b));
    },
  );

  test('the pid of the worker, where the kill test looks for it', async () => {
    const filter = /\| (sed -n '[^']+')\)/.exec(whole)?.[1] ?? 'false';
    const status = 'Process  6112\\nParts    engine 6113, demo-model 6114, server 6115, worker 6116\\n  worker  ok\\n';
    const { stdout } = await promisify(execFile)('sh', ['-c', `printf '${status}' | ${filter}`]);
    expect(stdout).toBe('6116\n');
  });

  test('every command, with every flag that it is given', { timeout: 180_000 }, async () => {
    const commands = commandsNamed();
    expect(commands.length).toBeGreaterThan(20);
    const unknown = await Promise.all(commands.map(async (command) => await whatIsUnknown(command)));
    expect(unknown.flat()).toEqual([]);
  });
});

describe('its files', () => {
  test('pass the checks that the skill prescribes', { timeout: 180_000 }, async () => {
    const project = projectFromPages();
    const check = async (noun: string) => await perdure([noun, 'check', '--home', join(project, '.perdure')], project);
    expect(await check('agents')).toBe('2 agents in order: entry-editor, entry-writer\n');
    expect(await check('tools')).toBe('1 tool in order: publish-notes\n');
    expect(await check('pipelines')).toBe('1 pipeline in order: release-notes\n');
  });

  test(
    'are typed right, as the compiler says with the settings that the first `new` writes',
    { timeout: 180_000 },
    async () => {
      const project = projectFromPages();
      await perdure(['init'], project);
      await perdure(['tools', 'new', 'create-ticket'], project);
      expect(await faultsIn(project)).toEqual([]);
      const pipeline = join(project, 'pipelines/release-notes.ts');
      writeFileSync(pipeline, readFileSync(pipeline, 'utf8').replace('ctx.log(', 'ctx.lag('));
      expect(await faultsIn(project)).toEqual([
        expect.stringContaining("'lag' does not exist on type 'DurableContext'"),
      ]);
    },
  );

  test('make a run that is redone, outlives a kill in its middle and one while it waits, and publishes once', async () => {
    const project = projectFromPages();
    const modelScript = JSON.parse(files.get('model.json') ?? '') as readonly object[];
    await using system = await System.start({ project, modelScript });
    const { client } = system;
    const id = await system.startRun('release-notes', JSON.parse(files.get('input.json') ?? ''));
    await until(() => system.modelRequests().length === 2, { withinMs: 60_000, what: 'both writers are at work' });
    system.kill('all');
    await system.up();
    await system.untilStatus(id, 'waiting', { withinMs: 90_000 });
    system.kill('all');
    await system.up();
    const [wait] = (await client.listWaits({ query: { run: id } })).data;
    await client.answerWait({ params: { id: wait?.id ?? '' }, body: { answer: { verdict: 'approved' } } });
    await system.untilStatus(id, 'completed', { withinMs: 90_000 });

    const turns = new Set(system.modelRequests().map(({ key }) => key.replace(/\/\d+$/, '')));
    const firstDraft = ['entries/0/entry-writer', 'entries/1/entry-writer'];
    const redone = firstDraft.map((key) => `review/2/${key}`);
    const agents = [...firstDraft, 'review/1/entry-editor', ...redone, 'review/2/entry-editor'];
    expect([...turns].toSorted()).toEqual(agents.map((agent) => `${id}/${agent}/turn-1`));
    const published = readFileSync(join(project, 'RELEASES.md'), 'utf8');
    expect(published.match(/^## 1\.2\.0/gm)).toHaveLength(1);
    expect(published.match(/^- (added|changed|fixed): /gm)).toHaveLength(2);

    const log = readFileSync(join(system.paths.logs, 'demo-model-requests.ndjson'), 'utf8');
    expect(await turnsAnsweredTwice(project, log)).toBe('');
    const answered = log.split('\n').find((line) => line.includes('"event":"answered"')) ?? '';
    const again = answered.replace(/\/turn-1\/\d+"/, '/turn-1/9"');
    expect(await turnsAnsweredTwice(project, `${log}${again}\n`)).toContain('/turn-1/');
  }, 120_000);
});

/** What the last line of the kill test prints, run in a project whose demo model wrote this log. */
async function turnsAnsweredTwice(project: string, log: string): Promise<string> {
  const line = /^grep .*demo-model-requests.*$/m.exec(whole)?.[0] ?? 'false';
  mkdirSync(join(project, '.perdure/logs'), { recursive: true });
  writeFileSync(join(project, '.perdure/logs/demo-model-requests.ndjson'), log);
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: project });
  return stdout;
}

/** What the compiler says about a project. */
async function faultsIn(project: string): Promise<readonly string[]> {
  const compile = promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', project], { cwd: project });
  const said = await compile.then(
    ({ stdout }) => stdout,
    ({ stdout }: { readonly stdout: string }) => stdout,
  );
  return said.split('\n').filter((line) => line !== '');
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? value.length : Number.NaN;
}

/** As Markdown viewers make them from headings. */
function anchorsOf(file: string): readonly string[] {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

function commandsNamed(): readonly NamedCommand[] {
  const lines = codeOf(whole).flatMap((text) => text.split(/[\n;&|]|\$\(/));
  return lines.flatMap((line) => {
    const given = /(?:^|[\s"'])perdure\s+(.*)$/.exec(line.replace(/\s#.*$/, ''))?.[1]?.split(/\s+/);
    return given === undefined ? [] : [namedCommand(given)];
  });
}

const whatIsUnknown = createHelpCheck((words) => perdure([...words, '--help']));
