import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentEntry } from '@perdure/contract';
import { expect, test, vi } from 'vitest';
import { readFindings } from '../../src/definitions/check-types.ts';
import { aFinishedRun } from '../builders.ts';
import { startFakeApi } from '../fake-api.ts';
import { cli, createPlace, createRunningPlace, dataIn, type Outcome } from '../harness.ts';

// The compiler is started by many of them, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

test.each([
  ['agents', 'translator', 'agents/translator/AGENT.md'],
  ['pipelines', 'nightly-report', 'pipelines/nightly-report.ts'],
  ['tools', 'create-ticket', 'tools/create-ticket.ts'],
])('%s new writes a file into the project and never over one', async (noun, name, file) => {
  using place = createPlace();
  const first = await cli([noun, 'new', name, '--json'], { cwd: place.folder });
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const written = readFileSync(join(place.folder, file), 'utf8');
  expect(dataIn(first.stdout)).toMatchObject({ file: join(place.folder, file) });
  const second = await cli([noun, 'new', name], { cwd: place.folder });
  expect(second.code).toBe(8);
  expect(second.stderr).toContain('already exists');
  expect(readFileSync(join(place.folder, file), 'utf8')).toBe(written);
});

test.each(['agents', 'pipelines', 'tools'])('%s new refuses a name that is no file name', async (noun) => {
  using place = createPlace();
  const { code } = await cli([noun, 'new', '../elsewhere'], { cwd: place.folder });
  expect(code).toBe(2);
  expect(existsSync(join(place.folder, noun))).toBe(false);
});

test('agents check accepts what agents new writes, and names file and line of what is wrong', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'translator'], { cwd: place.folder });
  expect(await cli(['agents', 'check'], { cwd: place.folder })).toEqual({
    code: 0,
    stdout: '1 agent in order: translator\n',
    stderr: '',
  });
  writeFileSync(join(place.folder, 'agents/translator/AGENT.md'), '---\nname: other\n---\n');
  const { code, stdout } = await cli(['agents', 'check'], { cwd: place.folder });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^agents\/translator\/AGENT\.md:\d+: /);
  expect(stdout).not.toContain(place.folder);
});

test('agents check tells what is taken and may not be what was meant, and finds the agent in order', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'translator'], { cwd: place.folder });
  const file = join(place.folder, 'agents/translator/AGENT.md');
  const told = 'what stands behind the "#" of "description" is a comment';
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace(/^description: .*$/m, 'description: Mends issues such as #12.'),
  );
  const { code, stdout } = await cli(['agents', 'check'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`^agents/translator/AGENT\\.md:3: note: ${told}; .*\n1 agent in order: translator\n$`),
  );
  const json = await cli(['agents', 'check', '--json'], { cwd: place.folder });
  expect(dataIn(json.stdout)).toMatchObject({ ok: true, problems: [], notes: [{ line: 3, severity: 'note' }] });
});

test('agents check names what a schema of a generator has and nothing is held against, with its lines', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'translator'], { cwd: place.folder });
  const file = join(place.folder, 'agents/translator/AGENT.md');
  const property = '{ "type": "string",\n"example": "x",\n"pattern": "^(a+)+$" }';
  const schema = `{ "type": "object",\n"$schema": "http://json-schema.org/draft-07/schema#",\n"properties": { "a": ${property} } }`;
  const text = readFileSync(file, 'utf8').replace(/```json[^]*```/, `\`\`\`json\n${schema}\n\`\`\``);
  writeFileSync(file, text);
  const lineOf = (part: string) => text.split('\n').findIndex((line) => line.startsWith(part)) + 1;
  const { code, stdout } = await cli(['agents', 'check'], { cwd: place.folder });
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    `agents/translator/AGENT.md:${lineOf('"example"')}: note: in the JSON Schema "example" says nothing about which answers are valid, and is passed over.`,
    expect.stringContaining(
      `AGENT.md:${lineOf('"pattern"')}: warning: in the JSON Schema the pattern "^(a+)+$" can take`,
    ),
    '1 agent in order: translator',
    '',
  ]);
});

test('the checks of an empty project find it in order', async () => {
  using place = createPlace();
  for (const noun of ['agents', 'pipelines', 'tools']) {
    expect(await cli([noun, 'check'], { cwd: place.folder })).toMatchObject({ code: 0, stderr: '' });
  }
});

test('pipelines check accepts what pipelines new writes, and names file and line of what does not load', async () => {
  using place = createPlace();
  await cli(['pipelines', 'new', 'nightly-report'], { cwd: place.folder });
  expect(await perdure(['pipelines', 'check'], place.folder)).toMatchObject({
    code: 0,
    stdout: '1 pipeline in order: nightly-report\n',
  });
  writeFileSync(join(place.folder, 'pipelines/broken.ts'), "import 'perdure';\n\nconst = 1;\n");
  const { code, stdout } = await perdure(['pipelines', 'check'], place.folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^pipelines\/broken\.ts:3: /);
});

test('tools check accepts what tools new writes, and names file and line of what does not load', async () => {
  using place = createPlace();
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  expect(await perdure(['tools', 'check'], place.folder)).toMatchObject({
    code: 0,
    stdout: '1 tool in order: create-ticket\n',
  });
  writeFileSync(join(place.folder, 'tools/broken.ts'), "import 'perdure';\n\nconst = 1;\n");
  const { code, stdout } = await perdure(['tools', 'check'], place.folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^tools\/broken\.ts:3: /);
});

test('agents check knows the tools that ship and those of the project, and no others', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'clerk'], { cwd: place.folder });
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  const file = join(place.folder, 'agents/clerk/AGENT.md');
  const agent = readFileSync(file, 'utf8');
  const withTools = (names: string) => {
    writeFileSync(file, agent.replace(/^tools:.*\n/m, '').replace(/^(name: .*\n)/m, `$1tools: [${names}]\n`));
    return perdure(['agents', 'check'], place.folder);
  };
  expect(await withTools('http-get, create-ticket')).toMatchObject({ code: 0, stdout: '1 agent in order: clerk\n' });
  const unknown = await withTools('http-get, teleport');
  expect(unknown.code).toBe(1);
  expect(unknown.stdout).toContain('teleport');
});

test('tools check warns of a pattern that can take exponentially long, and finds the tool in order', async () => {
  using place = createPlace();
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  const file = join(place.folder, 'tools/create-ticket.ts');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/z\.string\(\)/, 'z.string().regex(/^(a+)+$/)'));
  const { code, stdout } = await perdure(['tools', 'check'], place.folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^tools\/create-ticket\.ts: warning: input\/properties\/\w+\/pattern: the pattern "\^\(a\+\)\+\$" can/,
  );
});

test('lists of agents, pipelines and tools are tables for people and JSON for programs', async () => {
  await using api = await startFakeApi();
  using place = createRunningPlace(api);
  expect((await cli(['agents', 'list'], { cwd: place.folder })).stdout).toBe('No agents.\n');
  expect((await cli(['pipelines', 'list'], { cwd: place.folder })).stdout).toContain('hello  shipped  Says hello');
  const { stdout } = await cli(['pipelines', 'list', '--json'], { cwd: place.folder });
  expect(dataIn(stdout)).toMatchObject([{ id: 'hello' }, { id: 'trip' }]);
  expect((await cli(['tools', 'list'], { cwd: place.folder })).stdout).toMatchInlineSnapshot(`
    "ID        FROM     EFFECT  APPROVAL   DESCRIPTION
    http-get  shipped  pure               Fetches a page.
    shell     shipped  once    each call  Switch it on with --enable-tools shell.
    "
  `);
  const tools = await cli(['tools', 'list', '--json'], { cwd: place.folder });
  expect(dataIn(tools.stdout)).toMatchObject([{ id: 'http-get' }, { id: 'shell', enabled: false }]);
});

test('pipelines check finds names that are not there, members that ctx has not, and warns of other types', async () => {
  using place = createPlace();
  const file = join(place.folder, 'pipelines/weekly.ts');
  await cli(['pipelines', 'new', 'weekly'], { cwd: place.folder });
  const text = readFileSync(file, 'utf8');
  const lines = ["ctx.lag('x');", "await ctx.agent('nobody', {});", "const n: number = 'one';"];
  writeFileSync(file, text.replace('    ctx.log(', `    ${lines.join('\n    ')}\n    ctx.log(n,`));
  const { code, stdout } = await perdure(['pipelines', 'check'], place.folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^pipelines\/weekly\.ts:\d+: there is no agent "nobody"; known are brief-editor, /m);
  expect(stdout).toMatch(/^pipelines\/weekly\.ts:\d+: Property 'lag' does not exist on type 'DurableContext'/m);
  expect(stdout).toMatch(/^pipelines\/weekly\.ts:\d+: warning: Type 'string' is not assignable to type 'number'/m);
  expect(stdout).toContain('\n2 problems.\n');
});

test('pipelines check refuses what would stop a run later, and options that no call has', async () => {
  using place = createPlace();
  const file = join(place.folder, 'pipelines/weekly.ts');
  await cli(['pipelines', 'new', 'weekly'], { cwd: place.folder });
  const text = readFileSync(file, 'utf8');
  const withLine = (line: string) => {
    writeFileSync(file, text.replace('    ctx.log(', `    ${line}\n    ctx.log(`));
    return perdure(['pipelines', 'check'], place.folder);
  };
  const line = text.split('\n').findIndex((each) => each.startsWith('    ctx.log(')) + 1;
  const options = "maxRounds: 0, redo: async () => 1, onExhausted: 'fail'";
  const unknown = await withLine(`await ctx.review(1, { key: 'r', by: 'human', rounds: 3, ${options} });`);
  expect(unknown).toMatchObject({ code: 1, stdout: expect.stringMatching(/\n1 problem\.\n$/) as string });
  expect(unknown.stdout).toContain(`pipelines/weekly.ts:${line}: ctx.review has no option "rounds"; there are key`);
  const late = await withLine(`await ctx.review(1, { key: 'r', by: 'agent', ${options} }); await ctx.sleep('at', 1);`);
  expect(late).toMatchObject({ code: 1 });
  expect(late.stdout).toContain(`pipelines/weekly.ts:${line}: ctx.review with by: "agent" lacks the option`);
  expect(late.stdout).toMatch(/weekly\.ts:\d+: the key "at" is used twice, here and in line \d+/);
});

test('tools check has types checked, and refuses a member that no tool has', async () => {
  using place = createPlace();
  const file = join(place.folder, 'tools/create-ticket.ts');
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, `${text.replace('  effect:', '  confirms: true,\n  effect:')}\nconst n: number = 'one';\n`);
  const { code, stdout } = await perdure(['tools', 'check'], place.folder);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^tools\/create-ticket\.ts:\d+: Object literal may only .*'confirms' does not exist/m);
  expect(stdout).toContain('warning: nothing asks for its member "confirms"');
  expect(stdout).toMatch(/^tools\/create-ticket\.ts:\d+: warning: Type 'string' is not assignable to type 'number'/m);
});

test.each([
  ["'rounds' does not exist in type 'ReviewOptions<string>'", true],
  ["but 'confirms' does not exist in type 'ToolDefinition<unknown, unknown>'. Did you mean", true],
  ["Property 'mapp' does not exist on type 'DurableContext'", true],
  ["Property 'titel' does not exist on type '{ title: string; }'", false],
])('of what the compiler says, "%s" is a problem: %s', (message, isProblem) => {
  const said = `pipelines/x.ts(4,7): error TS1: ${message}\n  further words\nelsewhere.ts(1,1): error TS1: ${message}\n`;
  const { problems, notes } = readFindings(said, { kind: 'pipeline', folder: '/p', files: ['/p/pipelines/x.ts'] });
  expect(problems.length).toBe(isProblem ? 1 : 0);
  expect(notes.length).toBe(isProblem ? 0 : 1);
  expect([...problems, ...notes]).toMatchObject([{ kind: 'pipeline', file: '/p/pipelines/x.ts', line: 4, message }]);
});

test('a first pipeline or tool brings the settings by which editors know perdure, without a path of this machine', async () => {
  using place = createPlace();
  await cli(['init'], { cwd: place.folder });
  const settings = join(place.folder, 'tsconfig.json');
  expect(existsSync(settings)).toBe(false);
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  expect(JSON.parse(readFileSync(settings, 'utf8'))).toEqual({
    extends: './.perdure/tsconfig.json',
    include: ['pipelines', 'tools'],
  });
  expect(readFileSync(join(place.folder, '.perdure/tsconfig.json'), 'utf8')).toContain(
    '/packages/perdure/src/index.ts',
  );
  writeFileSync(settings, '{}');
  await cli(['pipelines', 'new', 'weekly'], { cwd: place.folder });
  expect(readFileSync(settings, 'utf8')).toBe('{}');
});

test('an agent is run by itself as a run of try-agent, and one that is not there is told with those that are', async () => {
  await using api = await startFakeApi({ onStart: () => aFinishedRun(), agents: [clerk] });
  using place = createRunningPlace(api);
  const ran = await cli(['agents', 'run', 'clerk', 'Why?'], { cwd: place.folder });
  expect(ran).toMatchObject({ code: 0 });
  await cli(['agents', 'run', 'clerk', '--input', '[1]', '--wait', '0'], { cwd: place.folder });
  expect(api.starts.map(({ body }) => body)).toEqual([
    { pipeline: 'try-agent', input: { agent: 'clerk', input: { prompt: 'Why?' } } },
    { pipeline: 'try-agent', input: { agent: 'clerk', input: [1] } },
  ]);
  const unknown = await cli(['agents', 'run', 'clark', 'Why?'], { cwd: place.folder });
  expect(unknown.code).toBe(7);
  expect(unknown.stderr).toContain('There is no agent clark; known are clerk');
});

const brokenSentence = (kind: string) =>
  `/p/${kind}s/broken.ts:3: it cannot be loaded: Unexpected token; correct the file`;

test('a list names what is left out of its kind, and status all of it', async () => {
  const problems = (['tool', 'pipeline'] as const).map((kind) => ({
    kind,
    file: `/p/${kind}s/broken.ts`,
    line: 3,
    message: 'it cannot be loaded: Unexpected token; correct the file',
  }));
  await using api = await startFakeApi({ problems });
  using place = createRunningPlace(api);
  const tools = await cli(['tools', 'list'], { cwd: place.folder });
  expect(tools.stderr).toBe(`! left out: ${brokenSentence('tool')}\n`);
  expect((await cli(['agents', 'list'], { cwd: place.folder })).stderr).toBe('');
  const status = await cli(['status'], { cwd: place.folder });
  expect(status.stdout).toContain(`Left out  ${brokenSentence('tool')}\nLeft out  ${brokenSentence('pipeline')}\n`);
  expect(dataIn((await cli(['status', '--json'], { cwd: place.folder })).stdout)).toMatchObject({ leftOut: problems });
});

const clerk = {
  name: 'clerk',
  description: 'Files things.',
  origin: 'project',
  tools: [],
  output: {},
  hash: 'h',
} as const satisfies AgentEntry;

test('lists and pipelines show work while nothing runs, and say so', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'clerk'], { cwd: place.folder });
  await cli(['tools', 'new', 'create-ticket'], { cwd: place.folder });
  const agents = await cli(['agents', 'list'], { cwd: place.folder });
  expect(agents).toMatchObject({ code: 0, stderr: '(not running: this is what `perdure up` would load.)\n' });
  expect(agents.stdout).toMatch(/^clerk +project/m);
  expect(agents.stdout).toMatch(/^planner +shipped/m);

  await cli(['pipelines', 'new', 'nightly-report'], { cwd: place.folder });
  writeFileSync(join(place.folder, 'pipelines/broken.ts'), 'const = 1;\n');
  const pipelines = await perdure(['pipelines', 'list'], place.folder);
  expect(pipelines.stdout).toMatch(/^nightly-report +project/m);
  expect(pipelines.stdout).toMatch(/^hello +shipped/m);
  expect(pipelines.stderr).toMatch(/^! left out: .*pipelines\/broken\.ts:1: it cannot be loaded: /);
  expect((await perdure(['pipelines', 'show', 'nightly-report'], place.folder)).stdout).toContain('Run it');
  const tools = await perdure(['tools', 'list', '--json'], place.folder);
  expect(tools.stderr).toBe('');
  expect(dataIn(tools.stdout)).toContainEqual(expect.objectContaining({ id: 'create-ticket', origin: 'project' }));
});

/** The program as a process of its own: a pipeline is loaded by Node itself, as the worker does it. */
async function perdure(argv: readonly string[], cwd: string): Promise<Outcome> {
  const bin = join(import.meta.dirname, '../../bin/perdure');
  const child = spawn(bin, argv, {
    cwd,
    env: { ...process.env, PERDURE_SOURCE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (written[name] += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...written };
}

test('the pipeline of the README asks the agent that `agents new writer` writes for what that answers', async () => {
  using place = createPlace();
  await cli(['agents', 'new', 'writer'], { cwd: place.folder });
  const readme = readFileSync(join(import.meta.dirname, '../../../../README.md'), 'utf8');
  const [snippet = ''] = /```ts\n[^]*?```/.exec(readme) ?? [];
  const asked = [...snippet.matchAll(/\.agent<\{ (\w+): string \}>\('writer', \{ (\w+)/g)];
  expect(asked).toHaveLength(2);
  const agent = readFileSync(join(place.folder, 'agents/writer/AGENT.md'), 'utf8');
  for (const [, answer, input] of asked) {
    expect(agent).toContain(`"${answer}": { "type": "string"`);
    expect(agent).toContain(`A JSON object with \`${input}\``);
  }
});
