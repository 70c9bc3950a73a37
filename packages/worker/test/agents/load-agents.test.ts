import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isPerdureError } from '@perdure/contract';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgentLookup, loadAgent, loadAgents } from '../../src/agents/index.ts';
import { contentHash } from '../../src/agents/content-hash.ts';
import { agentText } from '../../src/testing.ts';

const options = { knownTools: new Set<string>(), disabledTools: new Map<string, string>() };
const shippedDir = join(import.meta.dirname, '../../../../agents');
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perdure-agents-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(dir, path)), { recursive: true });
  await writeFile(join(dir, path), content);
}

const named = (name: string, description = 'Helps.') =>
  agentText({ frontMatter: `name: ${name}\ndescription: ${description}` });

async function messageOf(folder: string): Promise<string> {
  const load = await loadAgent(join(dir, folder), options);
  return load.kind === 'refused' ? load.problems.map(({ message }) => message).join('\n') : 'loaded';
}

async function hashOf(folder: string): Promise<unknown> {
  const load = await loadAgent(join(dir, folder), options);
  return load.kind === 'loaded' ? load.agent.hash : load.problems;
}

const roots = () =>
  [
    { dir: join(dir, 'project'), origin: 'project' },
    { dir: join(dir, 'shipped'), origin: 'shipped' },
  ] as const;

const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });

describe('one folder', () => {
  test('changes its hash with any file in it, and not with dot files', async () => {
    await write('helper/AGENT.md', agentText());
    const first = await hashOf('helper');
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await write('helper/.AGENT.md.swp', 'editor');
    expect(await hashOf('helper')).toBe(first);
    await write('helper/notes/style.md', 'short');
    expect(await hashOf('helper')).not.toBe(first);
  });

  test.each([
    ['that does not exist', undefined, 'the folder cannot be read (ENOENT)'],
    ['without AGENT.md', { 'helper/README.md': 'x' }, 'there is no AGENT.md'],
    ['with a file over 256 KiB', { 'helper/AGENT.md': agentText() + 'x'.repeat(256 * 1024) }, 'larger than 256 KiB'],
    ['with a file in Latin-1', { 'helper/AGENT.md': Buffer.from(`${agentText()}\xe9`, 'latin1') }, 'not UTF-8'],
    ['of another name', { 'helper/AGENT.md': named('other') }, 'differs from the folder "helper"'],
  ])(
    '%s is refused, naming the file',
    async (_case, files: Record<string, string | Uint8Array> | undefined, message) => {
      for (const [path, content] of Object.entries(files ?? {})) await write(path, content);
      expect(await messageOf('helper')).toContain(message);
      expect(await messageOf('helper')).toContain(join(dir, 'helper', 'AGENT.md'));
    },
  );

  test('takes a byte order mark and Windows line ends', async () => {
    await write('helper/AGENT.md', `\uFEFF${agentText().replaceAll('\n', '\r\n')}`);
    expect(await messageOf('helper')).toBe('loaded');
  });
});

describe('several roots', () => {
  test('a project agent hides the shipped one of its name, and only that one', async () => {
    await write('project/planner/AGENT.md', named('planner', 'Mine.'));
    await write('shipped/planner/AGENT.md', named('planner', 'Theirs.'));
    await write('shipped/reviewer/AGENT.md', named('reviewer'));
    await write('shipped/README.md', 'not a folder');
    const { agents, problems } = await loadAgents(roots(), options);
    expect(agents.map(({ agent, origin }) => [agent.name, agent.description, origin])).toEqual([
      ['planner', 'Mine.', 'project'],
      ['reviewer', 'Helps.', 'shipped'],
    ]);
    expect(problems).toEqual([]);
  });

  test('a refused project agent is told and does not fall back to the shipped one', async () => {
    await write('project/planner/AGENT.md', 'nothing');
    await write('shipped/planner/AGENT.md', named('planner'));
    const loaded = await loadAgents(roots(), options);
    expect(loaded.agents).toEqual([]);
    expect(loaded.problems).toHaveLength(1);
    const error = await createAgentLookup(loaded)('planner').catch((error: unknown) => error);
    expect(isPerdureError(error, 'definition_invalid')).toBe(true);
  });

  test('an unknown name is not found, and the error lists the known ones', async () => {
    await write('shipped/reviewer/AGENT.md', named('reviewer'));
    await write('shipped/planner/AGENT.md', named('planner'));
    const find = createAgentLookup(await loadAgents(roots(), options));
    await expect(find('reviewer')).resolves.toMatchObject({ name: 'reviewer' });
    await expect(find('painter')).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining('known are planner, reviewer'),
    });
  });
});

test('the shipped agents pass the check, and every object in their contracts is closed and has all members required', async () => {
  const { agents, problems } = await loadAgents([{ dir: shippedDir, origin: 'shipped' }], options);
  expect(problems).toEqual([]);
  expect(agents.map(({ agent }) => agent.name)).toEqual([
    'brief-editor',
    'planner',
    'question-planner',
    'researcher',
    'reviewer',
  ]);
  for (const { agent } of agents) {
    for (const schema of objectSchemas(agent.output)) {
      expect(schema).toMatchObject({
        additionalProperties: false,
        required: Object.keys(schema.properties),
      });
    }
  }
});

function objectSchemas(value: unknown): { properties: object }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectSchemas);
  return 'properties' in value ? [value as { properties: object }, ...inner] : inner;
}

test('the hash tells apart files whose paths and bytes run together to the same text', () => {
  expect(contentHash([file('a', 'b'), file('c', 'd')])).toBe(contentHash([file('c', 'd'), file('a', 'b')]));
  expect(contentHash([file('a', 'bc')])).not.toBe(contentHash([file('ab', 'c')]));
  expect(contentHash([file('a', 'x'), file('b', '')])).not.toBe(contentHash([file('a', ''), file('b', 'x')]));
});
