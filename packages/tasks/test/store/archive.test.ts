/** Archives of tasks: whole or not at all, whoever dies where, and refused where a file is not what was written. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPerdureError, type Delivery, type Evidence } from '@perdure/contract';
import { describe, expect, it, onTestFinished } from 'vitest';
import { archiveTask } from '../../src/desk/archive.ts';
import { restoreTask } from '../../src/desk/restore.ts';
import { createMirror } from '../../src/mirror/mirror.ts';
import { archivePoints, restorePoints } from './archive-points.ts';
import { context, creation, progress } from './commands.ts';
import { openWorld, proofOf, startProcess, written, type World } from './support.ts';

const now = 1_800_000_000_000;

async function openArchives() {
  const world = await openWorld();
  const folder = mkdtempSync(join(tmpdir(), 'perdure-archives-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const archiveFolder = join(folder, 'archive');
  mkdirSync(archiveFolder);
  const mirror = createMirror({ folder });
  const deps = { ...world, archiveFolder, mirror, now: () => now, warn: () => undefined };
  return { ...deps, folder, restore: (named: string) => restoreTask(deps, { named, path: join(folder, named) }) };
}

/** A closed task `demo` with a hand-over. */
async function closedTask({ store }: World): Promise<void> {
  await written(store.create(creation('demo'), context()));
  for (let n = 0; n < 5; n += 1) await written(store.apply('demo', progress(`step ${n} ü𝒳`), context()));
  await written(store.apply('demo', { type: 'complete', summary: 'done' }, context()));
  const item = { id: 'h1', taskId: 'demo', title: 't', context: 'c', source: 's', session: '', createdAt: 1 };
  await store.resumeQueue.add(item);
}

async function recordOf({ store }: World, taskId: string) {
  const events = await store.events(taskId, { after: 0, limit: 1000 });
  return { task: await store.get(taskId), events, queue: await store.resumeQueue.list() };
}

describe('a task that is archived', () => {
  it('is in no list and no record, but in its file, and comes back as it was', async () => {
    const world = await openArchives();
    await closedTask(world);
    const before = await recordOf(world, 'demo');
    const outcome = await archiveTask(world, 'demo');
    expect(outcome).toMatchObject({ kind: 'archived', entry: { taskId: 'demo', state: 'completed', events: 7 } });
    expect(await recordOf(world, 'demo')).toEqual({ task: undefined, events: [], queue: [] });
    expect((await world.store.list({}, { limit: 10 })).data).toEqual([]);
    const [entry] = await world.store.archives.list({ limit: 10 });
    expect(readdirSync(world.archiveFolder)).toEqual([entry?.file]);
    expect(await world.restore('demo')).toMatchObject({ kind: 'restored', task: { desired_state: 'completed' } });
    expect(await recordOf(world, 'demo')).toEqual(before);
    expect(await world.store.archives.list({ limit: 10 })).toEqual([]);
    expect(readdirSync(world.archiveFolder)).toEqual([]);
    expect(existsSync(join(world.folder, 'demo.json'))).toBe(true);
    expect((await proofOf(world, 'demo')).differences).toEqual([]);
  });

  it('is closed, is there, and is what its log says: else it stays', async () => {
    const world = await openArchives();
    await written(world.store.create(creation('demo'), context()));
    expect(await archiveTask(world, 'demo')).toMatchObject({ kind: 'refused', code: 'conflict' });
    expect(await archiveTask(world, 'nope')).toMatchObject({ kind: 'refused', code: 'not_found' });
    await written(world.store.apply('demo', { type: 'complete' }, context()));
    world.database.sqlite.exec(`UPDATE tasks SET title = 'by hand'`);
    expect(await archiveTask(world, 'demo')).toMatchObject({ kind: 'refused', code: 'storage_corrupt' });
    expect(readdirSync(world.archiveFolder)).toEqual([]);
  });

  it('stays as long as a report of it waits, and takes what was reported with it', async () => {
    const world = await openArchives();
    const binding = { kind: 'delivery_binding', channel: 'telegram', target: '42' };
    await written(world.store.create(creation('demo', { artifacts: [binding] }), context()));
    await written(world.store.apply('demo', { type: 'complete' }, context()));
    const waiting = await world.store.outbox.open('demo');
    expect(waiting).toHaveLength(1);
    expect(await archiveTask(world, 'demo')).toMatchObject({ kind: 'refused', details: { waiting: 1 } });
    await world.store.outbox.order('demo', waiting[0]?.number ?? 0, 'skip', now);
    expect(await archiveTask(world, 'demo')).toMatchObject({ kind: 'archived' });
    expect(await world.store.outbox.newest('demo', 9)).toEqual([]);
  });

  it('that changes before it is taken out stays, and leaves no file', async () => {
    const world = await openArchives();
    await closedTask(world);
    const put = world.store.archives.put.bind(world.store.archives);
    const late = {
      ...world.store,
      archives: {
        ...world.store.archives,
        async put(...of: Parameters<typeof put>) {
          await written(world.store.apply('demo', { type: 'reopen', reason: 'again' }, context()));
          return await put(...of);
        },
      },
    };
    expect(await archiveTask({ ...world, store: late }, 'demo')).toMatchObject({ kind: 'refused', code: 'conflict' });
    expect(await world.store.get('demo')).toMatchObject({ desired_state: 'running' });
    expect(readdirSync(world.archiveFolder)).toEqual([]);
  });

  it('does not come back over another task of its id, and says which file waits', async () => {
    const world = await openArchives();
    await closedTask(world);
    await archiveTask(world, 'demo');
    await written(world.store.create(creation('demo'), context({ now: 5 })));
    const refused = await world.restore('demo');
    expect(refused).toMatchObject({ kind: 'refused', code: 'conflict' });
    expect(await world.store.archives.list({ limit: 9 })).toHaveLength(1);
    // The second of the id is a file beside the first.
    await written(world.store.apply('demo', { type: 'fail', reason: 'no' }, context({ now: 6 })));
    await archiveTask(world, 'demo');
    expect(readdirSync(world.archiveFolder)).toHaveLength(2);
  });

  it.each([
    ['a byte is another', (text: string) => text.replace('step 1', 'step 7')],
    ['it breaks off', (text: string) => text.slice(0, -30)],
    ['a line is missing', (text: string) => text.replace(/\{"seq":3.*\n/, '')],
    ['it goes on behind its end', (text: string) => `${text}{"seq":8}\n`],
  ])('is refused where %s in its file, which is left as it is', async (_name, damage) => {
    const world = await openArchives();
    await closedTask(world);
    await archiveTask(world, 'demo');
    const [file = ''] = readdirSync(world.archiveFolder);
    const path = join(world.archiveFolder, file);
    const damaged = damage(readFileSync(path, 'utf8'));
    writeFileSync(path, damaged);
    const error: unknown = await world.restore('demo').catch((thrown: unknown) => thrown);
    expect(isPerdureError(error, 'storage_corrupt')).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(damaged);
    expect(await world.store.get('demo')).toBeUndefined();
  });

  it('comes back into another record out of a file that was carried there', async () => {
    const [from, to] = [await openArchives(), await openArchives()];
    await closedTask(from);
    await archiveTask(from, 'demo');
    const [file = ''] = readdirSync(from.archiveFolder);
    writeFileSync(join(to.folder, 'carried'), readFileSync(join(from.archiveFolder, file)));
    expect(await to.restore('carried')).toMatchObject({ kind: 'restored', task: { task_id: 'demo' } });
    expect(existsSync(join(to.folder, 'carried'))).toBe(true);
  });

  it('is refused where its file was written anew under its name, however whole it is', async () => {
    const world = await openArchives();
    await closedTask(world);
    await archiveTask(world, 'demo');
    const [file = ''] = readdirSync(world.archiveFolder);
    const path = join(world.archiveFolder, file);
    writeFileSync(
      path,
      rewritten(readFileSync(path, 'utf8'), (lines) => lines.map(changedStep)),
    );
    await expect(world.restore('demo')).rejects.toThrow('it is another than the one that was written');
    await expect(world.restore(file)).rejects.toThrow('it is another than the one that was written');
    expect(await world.store.get('demo')).toBeUndefined();
  });
});

describe('an archive of another state root', () => {
  it('brings nothing that would make us call, run or believe something', async () => {
    const [from, to] = [await openArchives(), await openArchives()];
    await written(from.store.create(creation('demo', { done_criteria: ['there'] }), context()));
    const delivery: Delivery = { method: 'command', argv: ['/bin/false'], cwd: '/' };
    await written(from.store.apply('demo', { type: 'bind', delivery }, context()));
    const run = { pipeline: 'p', input: {} };
    const assign = { type: 'assign_lane', line: 'docs', lane: { goal: 'Write' }, run } as const;
    await written(from.store.apply('demo', assign, context()));
    const given = { type: 'assign_lane', line: 'site', lane: { goal: 'Build' }, agent: 'scout' } as const;
    await written(from.store.apply('demo', { type: 'update', changes: { max_parallel: 2 } }, context()));
    await written(from.store.apply('demo', given, context()));
    await written(from.store.apply('demo', { type: 'evidence', evidence: check }, context()));
    await written(from.store.apply('demo', { type: 'complete', override: 'enough' }, context()));
    // What waits to be reported would keep it here.
    for (const { number } of await from.store.outbox.open()) await from.store.outbox.order('demo', number, 'skip', now);
    expect(await archiveTask(from, 'demo')).toMatchObject({ kind: 'archived' });
    const [file = ''] = readdirSync(from.archiveFolder);
    writeFileSync(join(to.folder, 'carried'), readFileSync(join(from.archiveFolder, file)));
    expect(await to.restore('carried')).toMatchObject({ kind: 'restored', isForeign: true });
    await written(to.store.apply('demo', { type: 'reopen', reason: 'again' }, context()));
    const task = await to.store.get('demo');
    expect(task?.delivery).toBeUndefined();
    expect(task?.evidence).toMatchObject([{ id: 'e1', imported: true }]);
    expect(task?.lanes.map(({ run: begun, agent }) => [begun, agent])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect([await to.store.idsWithRuns(), await to.store.lanesOfAgents(0)]).toEqual([[], []]);
    expect((await proofOf(to, 'demo')).differences).toEqual([]);
  });

  it.each<[string, (lines: Line[]) => Line[], string]>([
    ['is open', created, 'its task is not closed'],
    ['makes no task', (lines) => created(lines).map((line) => ({ ...line, data: {} })), 'its log makes no task'],
    [
      'begins with something else',
      (lines) => created(lines).map((l) => ({ ...l, type: 'x' })),
      'its log makes no task',
    ],
    ['has odd hand-overs', (lines) => lines.map((line) => ({ ...line, hand_overs: [5] })), 'its first line'],
  ])('is refused where its task %s, though its sum is right', async (_name, change, why) => {
    const [from, to] = [await openArchives(), await openArchives()];
    await closedTask(from);
    await archiveTask(from, 'demo');
    const [file = ''] = readdirSync(from.archiveFolder);
    const text = readFileSync(join(from.archiveFolder, file), 'utf8');
    writeFileSync(join(to.folder, 'carried'), rewritten(text, change));
    await expect(to.restore('carried')).rejects.toThrow(why);
    expect(await to.store.list({}, { limit: 9 })).toMatchObject({ data: [] });
  });

  it('is a file: a folder is none', async () => {
    const world = await openArchives();
    expect(await world.restore('')).toMatchObject({ kind: 'refused', code: 'not_found' });
    expect(await world.restore('archive')).toMatchObject({ kind: 'refused', code: 'not_found' });
  });
});

const check: Evidence = {
  id: 'e1',
  criterion: 1,
  kind: 'check',
  command: ['touch', 'there'],
  passed: true,
  by: '',
  at: '',
};

type Line = Readonly<Record<string, unknown>>;

function created(lines: Line[]): Line[] {
  return lines.slice(0, 2).map((line) => ({ ...line, revision: 1 }));
}

function changedStep(line: Line): Line {
  return JSON.parse(JSON.stringify(line).replace('step 1', 'step 7')) as Line;
}

/** With a sum that is right again. */
function rewritten(text: string, change: (lines: Line[]) => Line[]): string {
  const lines = text.trimEnd().split('\n').slice(0, -1);
  const changed = change(lines.map((line) => JSON.parse(line) as Line));
  const body = changed.map((line) => `${JSON.stringify(line)}\n`).join('');
  return `${body}${JSON.stringify({ sha256: createHash('sha256').update(body).digest('hex') })}\n`;
}

const run = async (world: Awaited<ReturnType<typeof openArchives>>, act: 'archive' | 'restore', point: string) => {
  const args = [world.database.path, world.archiveFolder, act, 'demo', point];
  const started = startProcess('mortal-archiver.ts', args);
  // It came there: it ended by our signal, and by nothing else.
  expect(await started.exited).toMatchObject([[null, 'SIGKILL'], []]);
  return started.told;
};

describe('whoever is killed as soon as', () => {
  it.each(Object.keys(archivePoints))('%s has lost nothing, and the next one ends it', async (point) => {
    const world = await openArchives();
    await closedTask(world);
    const before = await recordOf(world, 'demo');
    expect(await run(world, 'archive', point)).toEqual([]);
    const isOut = (await world.store.archives.of('demo')).length === 1;
    expect(isOut).toBe(point === 'it is taken out');
    if (!isOut) {
      expect(await recordOf(world, 'demo')).toEqual(before);
      expect(await archiveTask(world, 'demo')).toMatchObject({ kind: 'archived' });
    }
    expect(await world.restore('demo')).toMatchObject({ kind: 'restored' });
    expect(await recordOf(world, 'demo')).toEqual(before);
  });

  it.each(Object.keys(restorePoints))('%s again has lost nothing', async (point) => {
    const world = await openArchives();
    await closedTask(world);
    const before = await recordOf(world, 'demo');
    await archiveTask(world, 'demo');
    expect(await run(world, 'restore', point)).toEqual([]);
    const isBack = (await world.store.get('demo')) !== undefined;
    expect(isBack).toBe(point === 'it is back' || point === 'its file is removed');
    if (!isBack) expect(await world.restore('demo')).toMatchObject({ kind: 'restored' });
    expect(await recordOf(world, 'demo')).toEqual(before);
    expect(await archiveTask(world, 'demo')).toMatchObject({ kind: 'archived' });
  });
});
