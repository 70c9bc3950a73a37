import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toolEntrySchema, type DefinitionProblem, type ToolEntry } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { definitionRoots, shippedRoot } from '../../src/definitions/roots.ts';
import { loadTools, toolTemplate } from '../../src/tools/index.ts';
import { temporaryFolder } from './support.ts';

const good: Readonly<Record<string, string>> = {
  id: `'probe'`,
  description: `'Doubles a number. Use it to double.'`,
  input: 'z.object({ n: z.number() })',
  output: 'z.object({ twice: z.number() })',
  effect: `'pure'`,
  run: 'async ({ n }) => ({ success: true, data: { twice: 2 * n } })',
};

function source(changes: Readonly<Record<string, string | undefined>> = {}): string {
  const members = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined);
  const text = members.map(([name, value]) => `  ${name}: ${value},`).join('\n');
  return `import { defineTool, z } from 'perdure';\n\nexport default defineTool({\n${text}\n});\n`;
}

interface Found {
  readonly entries: readonly ToolEntry[];
  readonly problems: readonly DefinitionProblem[];
  /** What the tool `probe` returned for 21. */
  readonly probed: unknown;
}

type Files = Readonly<Record<string, string>>;

/** Each element becomes a project with these files in `tools/`; all are loaded in one Node of their own. */
async function loadAll(projects: readonly Files[]): Promise<readonly Found[]> {
  const folder = await temporaryFolder();
  const paths = projects.map((_files, index) => join(folder, String(index)));
  for (const [index, files] of projects.entries()) {
    const tools = join(String(paths[index]), 'tools');
    await mkdir(tools, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(tools, name), text);
  }
  const { stdout } = await promisify(execFile)(process.execPath, [loader, ...paths]);
  return JSON.parse(stdout) as readonly Found[];
}

async function load(files: Files): Promise<Found & { readonly own: readonly ToolEntry[] }> {
  const [found = expect.fail()] = await loadAll([files]);
  return { ...found, own: found.entries.filter(({ origin }) => origin === 'project') };
}

const loader = join(import.meta.dirname, 'fixtures', 'load-tools.ts');

describe('loading the tools of a project', () => {
  it('reads a tool that says everything, and describes it as the catalogue wants it', async () => {
    const { own, problems, probed } = await load({ 'probe.ts': source({ confirm: 'true' }) });
    expect(problems).toEqual([]);
    expect(own).toHaveLength(1);
    expect(toolEntrySchema.parse(own[0])).toMatchObject({
      id: 'probe',
      origin: 'project',
      effect: 'pure',
      confirm: true,
      verifies: false,
      enabled: true,
      input: { type: 'object', required: ['n'] },
      output: { type: 'object', required: ['twice'] },
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(probed).toEqual({ success: true, data: { twice: 42 } });
  });

  it('keeps `verify` of a tool with the effect once', async () => {
    const { own } = await load({
      'probe.ts': source({ effect: `'once'`, verify: `async () => ({ outcome: 'unknown' })` }),
    });
    expect(own[0]).toMatchObject({ effect: 'once', verifies: true });
  });

  it('calls methods that use `this` on the object their author wrote', async () => {
    const run = 'async function ({ n }) { return { success: true, data: { twice: this.double(n) } }; }';
    const { probed } = await load({ 'probe.js': source({ run, double: '(n) => n + n' }) });
    expect(probed).toEqual({ success: true, data: { twice: 42 } });
  });

  it('holds none where there is no folder', async () => {
    expect(await loadTools(definitionRoots('tools', await temporaryFolder()), [])).toEqual({
      tools: [],
      problems: [],
      notes: [],
      ids: new Set(),
    });
  });

  it('looks into no folder of the product, whose tools are code', () => {
    expect(definitionRoots('tools', '/elsewhere')).toEqual([{ dir: '/elsewhere/tools', origin: 'project' }]);
    expect(definitionRoots('tools', shippedRoot)).toHaveLength(1);
  });

  it('lets a tool of the project hide the shipped one of its name, also when it is refused', async () => {
    const { own, entries } = await load({ 'http-get.ts': source({ id: `'http-get'` }) });
    expect(own.map(({ id }) => id)).toEqual(['http-get']);
    expect(entries.filter(({ id }) => id === 'http-get')).toHaveLength(1);
    expect(entries.map(({ id }) => id)).toContain('shell');
    const broken = await load({ 'http-get.ts': 'export default 1;' });
    expect(broken.entries.map(({ id }) => id)).not.toContain('http-get');
    expect(broken.problems).toHaveLength(1);
  });
});

describe('a file that is no tool', () => {
  const cases: readonly (readonly [what: string, file: string, text: string, message: RegExp])[] = [
    ['a bad file name', 'Not_An_Id.ts', source(), /file name is not a tool id; use lower-case/],
    ['a syntax error', 'probe.ts', 'export default defineTool({', /cannot be loaded: .*; correct the file$/],
    ['no export', 'probe.ts', 'export const tool = 1;', /no tool in it; export one by default/],
    ['a null export', 'probe.ts', 'export default null;', /no tool in it; export one by default/],
    ['no id', 'probe.ts', source({ id: undefined }), /no id; give it the id "probe"/],
    [
      'another id',
      'probe.ts',
      source({ id: `'other'` }),
      /its id is "other"; name the file other\.ts, or give it the id/,
    ],
    ['no description', 'probe.ts', source({ description: undefined }), /description is empty.*; say what it does/],
    ['a blank description', 'probe.ts', source({ description: `'  '` }), /description is empty.*; say what it does/],
    ['no effect', 'probe.ts', source({ effect: undefined }), /effect is missing; .*`pure`.*`idempotent`.*`once`/],
    [
      'an effect of its own',
      'probe.ts',
      source({ effect: `'safe'` }),
      /effect is unknown; .*`pure`.*`idempotent`.*`once`/,
    ],
    ['no run', 'probe.ts', source({ run: undefined }), /no `run` function; write/],
    ['a `confirm` that is text', 'probe.ts', source({ confirm: `'no'` }), /`confirm` is neither true nor false; say/],
    [
      'a `verify` that is text',
      'probe.ts',
      source({ effect: `'once'`, verify: `'yes'` }),
      /`verify` is no function; write/,
    ],
    [
      '`verify` without once',
      'probe.ts',
      source({ verify: 'async () => 0' }),
      /never be asked.*; leave it out, or make/,
    ],
    [
      'an input that is JSON Schema',
      'probe.ts',
      source({ input: `{ type: 'object' }` }),
      /input is no zod schema; make/,
    ],
    [
      'an input that is a string',
      'probe.ts',
      source({ input: 'z.string()' }),
      /input is not an object.*; make `input` a/,
    ],
    ['no output', 'probe.ts', source({ output: undefined }), /output is no zod schema; describe/],
    [
      'an input with a date',
      'probe.ts',
      source({ input: 'z.object({ at: z.date() })' }),
      /cannot be described as JSON Schema/,
    ],
    [
      'an output with a map',
      'probe.ts',
      source({ output: 'z.map(z.string(), z.string())' }),
      /cannot be described as JSON/,
    ],
  ];

  it('is refused, whatever is wrong with it, in one sentence with a remedy', async () => {
    const found = await loadAll(cases.map(([, file, text]) => ({ [file]: text })));
    expect(found).toHaveLength(cases.length);
    for (const [index, [what, file, , message]] of cases.entries()) {
      const { entries, problems } = found[index] ?? expect.fail();
      expect(
        entries.filter(({ origin }) => origin === 'project'),
        what,
      ).toEqual([]);
      expect(problems, what).toHaveLength(1);
      expect(problems[0], what).toMatchObject({ kind: 'tool', message: expect.stringMatching(message) as string });
      expect(problems[0]?.file, what).toMatch(new RegExp(`/tools/${file}$`));
      expect(problems[0]?.message, what).not.toMatch(/\n/);
    }
  });

  it('is named with the line in which it throws', async () => {
    const { problems } = await load({ 'probe.ts': `\n\nthrow new Error('out of order');\n` });
    expect(problems[0]).toMatchObject({ line: 3, message: 'it cannot be loaded: out of order; correct the file' });
  });
});

describe('the template', () => {
  it('passes the check as it is written', async () => {
    const { own, problems } = await load({ 'file-ticket.ts': toolTemplate('file-ticket') });
    expect(problems).toEqual([]);
    expect(own[0]).toMatchObject({ id: 'file-ticket', effect: 'once', verifies: true, confirm: false });
  });

  it('refuses a name that could not be a file', () => {
    expect(() => toolTemplate('../evil')).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error);
  });
});

const secretsOf = (found: Found | undefined) => found?.entries.find(({ id }) => id === 'probe')?.secrets;

describe('the secrets that a tool wants', () => {
  it('are references, under their own names or others, and are told in the catalogue', async () => {
    const [list, names, none] = await loadAll([
      { 'probe.ts': source({ secrets: `['github', 'main/jira/token']` }) },
      { 'probe.ts': source({ secrets: `{ token: 'scout-main/github' }` }) },
      { 'probe.ts': source({ secrets: '[]' }) },
    ]);
    expect(secretsOf(list)).toEqual([
      { name: 'github', reference: 'github' },
      { name: 'main/jira/token', reference: 'main/jira/token' },
    ]);
    expect(secretsOf(names)).toEqual([{ name: 'token', reference: 'scout-main/github' }]);
    expect(secretsOf(none)).toBeUndefined();
  });

  it('are refused where they name no item, in a sentence that says how', async () => {
    const odd = [
      `'github'`,
      '[5]',
      '[null]',
      `['']`,
      `['a/b/c/d']`,
      `['a//b']`,
      `{ a: 5 }`,
      `{ ' ': 'a' }`,
      `['a', 'a']`,
    ];
    const found = await loadAll(odd.map((secrets) => ({ 'probe.ts': source({ secrets }) })));
    for (const [at, { problems }] of found.entries()) {
      expect(problems[0]?.message, odd[at]).toMatch(/secrets: \['github'\]|names a secret twice/);
    }
  });
});
