import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cli, createPlace } from '../harness.ts';

function place() {
  const made = createPlace();
  onTestFinished(() => made[Symbol.dispose]());
  return made;
}

const call = (id: number, name: string, given: object) =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: `perdure_${name}`, arguments: given } });

const plan = { task_id: 'ship', title: 'Ship', goal: 'Shipped.', done_criteria: ['true is true'], next_step: 'begin' };

test('what a client makes over stdio is in the ledger of the project, with its readable copy', async () => {
  const { folder, paths } = place();
  const { code, stdout, stderr } = await cli(['mcp'], { cwd: folder, stdin: `${call(1, 'create', plan)}\n` });
  expect(code).toBe(0);
  const [line = '', ...rest] = stdout.trim().split('\n');
  expect(rest).toEqual([]);
  const { result } = JSON.parse(line) as { result: { structuredContent: { lease: string } } };
  const token = result.structuredContent.lease;
  expect(token).toMatch(/^[\w-]{32}$/);
  const copy = readFileSync(join(paths.root, 'tasks/ship.json'), 'utf8');
  expect(JSON.parse(copy)).toMatchObject({ task_id: 'ship', desired_state: 'running' });
  expect([copy.includes(token), stderr.includes(token)]).toEqual([false, false]);
  const again = await cli(['mcp'], {
    cwd: folder,
    stdin: `${call(2, 'boundary', { task_id: 'ship', lease: token })}\n`,
  });
  expect(JSON.parse(again.stdout)).toMatchObject({ id: 2, result: { structuredContent: { answer: 'go_on' } } });
});

test('a task belongs to the same project whether a client or the command line makes it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-mcp-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const cwd = join(folder, 'sub');
  mkdirSync(join(folder, '.git'));
  mkdirSync(cwd);
  await cli(['mcp'], { cwd, stdin: `${call(1, 'create', plan)}\n` });
  await cli(['task', 'create', 'other', '--title', 't', '--goal', 'g'], { cwd });
  for (const id of ['ship', 'other']) {
    const { stdout } = await cli(['task', 'show', id, '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ data: { project: folder } });
  }
});

test('stdout carries the protocol and nothing else, also with --tools', async () => {
  const { folder } = place();
  const list = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })}\n`;
  const { stdout, stderr } = await cli(['mcp', '--tools', 'boundary,show'], { cwd: folder, stdin: list });
  const { result } = JSON.parse(stdout) as { result: { tools: { name: string }[] } };
  expect(result.tools.map(({ name }) => name)).toEqual(['perdure_boundary', 'perdure_show']);
  expect(stderr).toContain('2 tools');
});

test('an unknown choice of tools is a usage error, before any database is made', async () => {
  const { folder, paths } = place();
  const { code, stdout } = await cli(['mcp', '--tools', 'everything'], { cwd: folder });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(existsSync(paths.database)).toBe(false);
});

test('it ends by itself at a signal, while the client still holds the stream open', async () => {
  const { folder } = place();
  const main = join(import.meta.dirname, '../../src/main.ts');
  const child = spawn(process.execPath, [main, 'mcp'], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stderr, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit', { signal: AbortSignal.timeout(25_000) })).toEqual([0, null]);
});
