/**
 * What the command line and the MCP tools do alike with evidence (decision 0034); the other edge:
 * `packages/perdure/test/tasks/evidence`.
 */

import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandContext, TaskCommand } from '../../src/core/commands.ts';
import type { TaskStore } from '../../src/core/ports.ts';
import { sha256 } from '../../src/core/sha256.ts';
import { chooseTools } from '../../src/mcp/index.ts';
import { createPlanned, openBench, plan, proof, start, type Bench } from './support.ts';

const task_id = plan.task_id;
const rival = { lease: { holder: 'codex', tokenHash: 'of codex', ttlMs: 60_000 }, takeOver: true };
/** What a rival does just before and just after somebody else's write. */
type Deeds = readonly [before: readonly TaskCommand[], after: readonly TaskCommand[]];

/** A server on the same tasks, where a rival comes in between whenever a command of this type is written. */
async function between({ store }: Bench, type: TaskCommand['type'], [before, after]: Deeds): Promise<Bench> {
  const context = { now: start, revision: 'latest' } as const;
  const act = async (commands: readonly TaskCommand[]) => {
    for (const command of commands) {
      const isBreak = command.type === 'break_lease';
      const who: CommandContext = isBreak
        ? { ...context, actor: 'owner' }
        : { ...context, actor: 'codex', tokenHash: rival.lease.tokenHash };
      expect(await store.apply(task_id, command, who)).toMatchObject({ kind: 'written' });
    }
  };
  const apply: TaskStore['apply'] = async (id, command, who) => {
    if (command.type === type) await act(before);
    const outcome = await store.apply(id, command, who);
    if (command.type === type) await act(after);
    return outcome;
  };
  return await openBench({ tools: 'standard', host: { store: { ...store, apply } } });
}

/** The criterion of `plan`, proved on a file that was edited since. */
async function edited(bench: Bench, caller: object): Promise<void> {
  const work = join(bench.project, 'work.txt');
  writeFileSync(work, 'done\n');
  expect((await bench.call('verify', { ...caller, ...proof })).data).toMatchObject({ problem: null });
  writeFileSync(work, 'done, but otherwise\n');
}

/** A task that nobody holds. */
async function createFree({ store, project }: Bench): Promise<void> {
  const { title, goal, done_criteria } = plan;
  const context = { now: start, actor: 'owner', revision: 'latest' } as const;
  await store.create({ type: 'create', task_id, fields: { title, goal, done_criteria, project } }, context);
}

test('complete with reverify runs no check for somebody without the lease, nor on an older revision', async () => {
  const bench = await openBench();
  const task = await createPlanned(bench);
  const count = () => readFileSync(join(bench.project, 'ran'), 'utf8').length;
  const command = ['sh', '-c', 'printf x >> ran; test -e work.txt'];
  await bench.call('verify', { ...task, criterion: 1, command, paths: ['work.txt'] });
  writeFileSync(join(bench.project, 'work.txt'), 'otherwise\n');
  const again = { task_id, reverify: true };
  expect((await bench.call('complete', again)).data).toMatchObject({ refused: 'lease_held' });
  const stale = await bench.call('complete', { ...again, ...task, revision: 2 });
  expect(stale.data).toMatchObject({ refused: 'conflict', details: { seen: 2 } });
  expect(count()).toBe(1);
  expect((await bench.call('complete', { ...again, ...task })).data).toMatchObject({ state: 'completed' });
  expect(count()).toBe(2);
});

test('show tells that evidence is stale and writes nothing; the completion that is refused for it records it', async () => {
  const bench = await openBench({ tools: 'standard' });
  const task = await createPlanned(bench);
  await edited(bench, task);
  const voided = async () => (await bench.store.recent(task_id, 10)).some(({ type }) => type === 'evidence_voided');
  expect((await bench.call('show', { task_id })).data).toMatchObject({ brief: { gaps: [{ problem: 'void' }] } });
  expect(await voided()).toBe(false);
  expect((await bench.call('complete', task)).data).toMatchObject({ refused: 'gate_open' });
  expect(await voided()).toBe(true);
});

test('a check that is stale does not pass the gate where to record that was refused', async () => {
  const bench = await openBench();
  await createFree(bench);
  await edited(bench, { task_id });
  // The rival is gone again before the completion is written, which nothing but the gate could stop then.
  const deeds: Deeds = [[{ type: 'take_lease', ...rival }], [{ type: 'release_lease' }]];
  const server = await between(bench, 'void_evidence', deeds);
  const { data } = await server.call('complete', { task_id });
  expect(data).toMatchObject({ refused: 'gate_open', details: { gaps: [{ problem: 'void' }] } });
  expect(await bench.store.get(task_id)).toMatchObject({ desired_state: 'running', evidence: [{ passed: true }] });
});

test('a check that is stale is told as void by continue where to record that was refused', async () => {
  const bench = await openBench();
  await createFree(bench);
  await edited(bench, { task_id });
  const deeds: Deeds = [
    [
      { type: 'break_lease', reason: 'gone' },
      { type: 'take_lease', ...rival },
    ],
    [],
  ];
  const server = await between(bench, 'void_evidence', deeds);
  const taken = await server.call('continue', { task_id });
  expect(taken.data['voided']).toHaveLength(1);
  expect(taken.text).toContain('void');
});

test('a check does not begin where its lease was lost just before', async () => {
  const bench = await openBench();
  const task = await createPlanned(bench);
  const deeds: Deeds = [
    [
      { type: 'break_lease', reason: 'gone' },
      { type: 'take_lease', ...rival },
    ],
    [],
  ];
  const server = await between(bench, 'renew_lease', deeds);
  const ran = join(bench.project, 'ran');
  const refused = await server.call('verify', { ...task, criterion: 1, command: ['touch', ran], paths: ['work.txt'] });
  expect(refused.data).toMatchObject({ refused: 'lease_held', details: { reason: 'superseded' } });
  expect(() => readFileSync(ran)).toThrow();
});

test('complete with reverify runs nothing outside of the project, and is announced as what may do anything', async () => {
  const bench = await openBench();
  const task = await createPlanned(bench);
  const away = realpathSync(mkdtempSync(join(tmpdir(), 'perdure-away-')));
  onTestFinished(() => rmSync(away, { recursive: true, force: true }));
  const at = new Date(start).toISOString();
  const check = { id: 'ev', criterion: 1, kind: 'check', by: '', at, passed: true, cwd: away } as const;
  const subject = { kind: 'files' as const, digest: 'of then', paths: ['x'] };
  const commands: TaskCommand[] = [
    { type: 'evidence', evidence: { ...check, command: ['touch', 'ran'], subject } },
    { type: 'void_evidence', evidenceIds: ['ev'] },
  ];
  const context = { now: start, actor: 'claude', revision: 'latest', tokenHash: sha256(task.lease) } as const;
  for (const command of commands) await bench.store.apply(task_id, command, context);
  const { data } = await bench.call('complete', { ...task, reverify: true });
  expect(data).toMatchObject({ refused: 'invalid_input', message: expect.stringContaining('run inside') });
  expect(existsSync(join(away, 'ran'))).toBe(false);
  const hints = chooseTools('all').map(({ name, annotations }) => [name, annotations['destructiveHint']]);
  expect(Object.fromEntries(hints)).toMatchObject({
    perdure_complete: true,
    perdure_verify: true,
    perdure_show: false,
  });
});

test('a link out of the project leads out of it', async () => {
  const bench = await openBench();
  const task = await createPlanned(bench);
  symlinkSync(tmpdir(), join(bench.project, 'link'));
  const refused = await bench.call('verify', { ...task, ...proof, folder: 'link' });
  expect(refused.data).toMatchObject({ refused: 'invalid_input' });
});

test('an override is told in lists, and a completion that needed none is not called forced', async () => {
  const bench = await openBench({ tools: 'standard' });
  const task = await createPlanned(bench);
  const context = { now: start, actor: 'claude', revision: 'latest', tokenHash: sha256(task.lease) } as const;
  await bench.store.apply(task_id, { type: 'complete', override: 'demo' }, context);
  expect((await bench.call('list', {})).text).toContain('(completed, forced)');
  expect((await bench.call('show', { task_id })).text).toContain('It was completed by force: demo (claude).');
});

test('a model runs checks in the folder of the task alone, and a link of names out of it is refused', async () => {
  const bench = await openBench();
  const task = await createPlanned(bench);
  for (const folder of ['..', '/', 'a/../../b']) {
    const refused = await bench.call('verify', { ...task, ...proof, folder });
    expect(refused.data, folder).toMatchObject({ refused: 'invalid_input' });
  }
});
