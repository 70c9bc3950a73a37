import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HubActivity, HubTask, ServerFrame } from '@perdure/contract';
import { describe, expect, it } from 'vitest';
import { taskFrames } from '../authorization/table.ts';
import { createSocketWorld } from '../ws/socket-world.ts';
import { createHubWorld, type HubWorld, type Person } from './hub-world.ts';

const canary = 'sk_sesame_canary“9”f3a9c51e2d84b06Qq';
const llmKey = 'sk-ant-canary-7c1b5E0d';

/** What a provisioner is sent, as clients of Sesame send it. */
const provisioning = {
  handle: 'scout',
  displayName: "The scout's “name”",
  sesameApiKey: canary,
  llmProvider: 'anthropic',
  llmApiKey: llmKey,
  gatewayPort: 18793,
  ocHomeDir: '~/.openclaw-scout',
};

async function assign({ keeper, agent }: Pick<HubWorld, 'keeper' | 'agent'>, more: object = {}): Promise<HubTask> {
  const context = { notes: JSON.stringify(provisioning) };
  const json = { title: 'Provision agent: scout', assigneeId: agent.principal.id, context, ...more };
  return (await keeper.json('POST', '/api/v1/tasks', { json })).body.data as HubTask;
}

const read = async (by: Person, { id }: HubTask, query = ''): Promise<HubTask> =>
  (await by.json('GET', `/api/v1/tasks/${id}${query}`)).body.data as HubTask;

describe('tasks of the hub over HTTP', () => {
  it('47: who has it to do tells progress and a blocker, in order and by name, and says that it is done', async () => {
    const world = await createHubWorld();
    const { agent, keeper, other } = world;
    const task = await assign(world);
    const path = `/api/v1/tasks/${task.id}/activity`;
    for (const [type, message] of [
      ['progress', 'Begun.'],
      ['blocker', 'Port 18790 is taken.'],
    ]) {
      const told = await agent.json('POST', path, { json: { type, message } });
      expect([told.status, told.body.data]).toEqual([201, expect.objectContaining({ type, message })]);
      for (const where of [path, '/api/v1/tasks/none/activity']) {
        const refused = await other.json('POST', where, { json: { type, message } });
        expect([refused.status, refused.body.error]).toEqual([403, expect.stringContaining('Only who made a task')]);
      }
    }
    expect((await other.json('PATCH', `/api/v1/tasks/${task.id}`, { json: { status: 'done' } })).status).toBe(403);
    const done = await agent.json('PATCH', `/api/v1/tasks/${task.id}`, { json: { status: 'done' } });
    expect([done.status, (done.body.data as HubTask).status]).toEqual([200, 'done']);
    const { data } = (await keeper.json('GET', path)).body as { data: HubActivity[] };
    expect(data.map(({ seq, type, author, to }) => [seq, type, author.handle, to])).toEqual([
      [1, 'progress', 'agent', undefined],
      [2, 'blocker', 'agent', undefined],
      [3, 'status_change', 'agent', 'done'],
    ]);
  });

  it('48: the notes are a string whose parse has all that was sent, for who has the task to do', async () => {
    const world = await createHubWorld();
    const task = await assign(world);
    for (const by of [world.agent, world.keeper]) {
      const { context, provisionedBy } = await read(by, task);
      expect(JSON.parse(context.notes)).toEqual(provisioning);
      expect([context.secrets, provisionedBy]).toEqual(['given', world.keeper.principal.id]);
    }
  });

  it('stand with references in every other answer: of creation, of change, of lists, and to the owner', async () => {
    const world = await createHubWorld();
    const { owner, agent, keeper } = world;
    const json = { title: 'x', assigneeId: agent.principal.id, context: { notes: `{"llmApiKey":"${llmKey}"}` } };
    const task = (await keeper.json('POST', '/api/v1/tasks', { json: { ...json, clientGeneratedId: 'k' } })).body
      .data as HubTask;
    const reference = `{"llmApiKey":"vault:task-${task.id}/notes/llmApiKey"}`;
    const path = `/api/v1/tasks/${task.id}`;
    const answers = [
      await keeper.json('POST', '/api/v1/tasks', { json: { ...json, clientGeneratedId: 'k' } }),
      await agent.json('PATCH', path, { json: { status: 'review' } }),
      await owner('GET', path),
      await agent.json('GET', `${path}?notes=reference`),
      await agent.json('GET', '/api/v1/tasks?assignee=me&status=review'),
      await owner('GET', '/api/v1/tasks?all=true'),
      await agent.json('PATCH', path, { json: { status: 'done' } }),
      await agent.json('GET', path),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      const shown = [body.data].flat()[0] as HubTask;
      expect([shown.id, shown.context.notes]).toEqual([task.id, reference]);
    }
    expect((answers[7]?.body.data as HubTask | undefined)?.context.secrets).toBe('removed');
  });

  it('refuse what is no task, no status and no activity with 400 in words that repeat no secret', async () => {
    const world = await createHubWorld();
    const { keeper } = world;
    const task = await assign(world);
    const path = `/api/v1/tasks/${task.id}`;
    const cases: readonly [method: string, path: string, json: unknown][] = [
      ['POST', '/api/v1/tasks', { title: ' ' }],
      ['POST', '/api/v1/tasks', { title: 'x', context: { notes: provisioning } }],
      ['POST', '/api/v1/tasks', { title: 'x', context: { notes: `${canary}\ud800` } }],
      ['POST', '/api/v1/tasks', { title: 'x', context: { notes: canary + 'x'.repeat(50_000) } }],
      ['POST', '/api/v1/tasks', { title: 'x', status: canary }],
      ['POST', '/api/v1/tasks', { title: 'x', status: 'done' }],
      ['POST', '/api/v1/tasks', { title: 'x', assigneeId: 'nobody' }],
      ['PATCH', path, {}],
      ['PATCH', path, { status: 'finished' }],
      ['PATCH', path, { context: { notes: JSON.stringify(Array.from({ length: 51 }, () => canary)) } }],
      ['POST', `${path}/activity`, { type: 'gossip', message: 'x' }],
      ['POST', `${path}/activity`, { type: 'progress', message: '\n ' }],
      ['POST', `${path}/activity`, { type: 'progress', message: 'x'.repeat(10_001) }],
      ['GET', '/api/v1/tasks?status=open', undefined],
    ];
    for (const [method, where, json] of cases) {
      const { status, body } = await keeper.json(method, where, { json });
      expect([status, body.code], JSON.stringify(json)?.slice(0, 80)).toEqual([400, 'invalid_input']);
      expect(JSON.stringify(body)).not.toContain('canary');
    }
    expect((await keeper.json('GET', '/api/v1/tasks?all=true')).status).toBe(403);
  });

  it('take null and what they do not know for nothing, as clients of others send it', async () => {
    const world = await createHubWorld();
    const json = { title: 'x', assigneeId: null, context: null, status: null, durableTaskId: null, priority: 'high' };
    const made = await world.agent.json('POST', '/api/v1/tasks?v=2', { json });
    expect([made.status, made.body.data]).toEqual([
      201,
      expect.objectContaining({ status: 'todo', context: { notes: '', secrets: 'none' } }),
    ]);
  });

  it('are told to whom the table says, with references alone, and to who has it no more that it is gone', async () => {
    const world = await createSocketWorld();
    const { keeper, agent, other, human, outsider, settle, enter } = world;
    const names = { keeper, agent, other, human, outsider };
    const clients = Object.entries(names).map(async ([name, person]) => [name, await enter(person)] as const);
    const connected = await Promise.all(clients);
    const task = await assign(world);
    await agent.json('POST', `/api/v1/tasks/${task.id}/activity`, { json: { type: 'progress', message: 'Begun.' } });
    const handOn = { json: { assigneeId: other.principal.id, status: 'blocked' } };
    await keeper.json('PATCH', `/api/v1/tasks/${task.id}`, handOn);
    await settle();
    const told = (type: ServerFrame['type']) =>
      Object.fromEntries(
        connected.flatMap(([name, client]) => (client.ofType(type).length > 0 ? [[name, 'done']] : [])),
      );
    for (const [type, columns] of Object.entries(taskFrames))
      expect(told(type as ServerFrame['type'])).toEqual(columns);
    const frames = connected.flatMap(([, client]) => client.frames);
    expect(JSON.stringify(frames)).not.toMatch(/canary/);
    const last = connected
      .find(([name]) => name === 'other')?.[1]
      .ofType('task.updated')
      .at(-1);
    expect(last?.activity.map(({ type }) => type)).toEqual(['comment', 'status_change']);
  });

  it('are limited as messages are: sixty at once, then 429', async () => {
    const { keeper } = await createHubWorld({ clock: () => 1_700_000_000_000 });
    const json = { title: 'x' };
    const answers = [];
    for (let n = 0; n < 62; n += 1) answers.push((await keeper.json('POST', '/api/v1/tasks', { json })).status);
    expect(answers.filter((status) => status === 429)).toHaveLength(2);
  });
});

describe('a durable task and the task of the hub that it carries out', () => {
  it('show each other, and neither ends with the other', async () => {
    const world = await createHubWorld();
    const { harness, owner, agent } = world;
    const fields = { title: 'Ship', goal: 'Ship it', done_criteria: ['it is out'] };
    const command = { type: 'create', task_id: 'ship', fields } as const;
    await harness.taskStore.create(command, { now: Date.now(), actor: 'owner', revision: 'latest' });
    const made = await owner('POST', '/api/v1/tasks', {
      json: { title: 'Ship 2.0', assigneeId: agent.principal.id, durableTaskId: 'ship' },
    });
    const task = made.body.data as HubTask;
    expect(task.durable).toMatchObject({ taskId: 'ship', statusLine: expect.stringContaining('next:') });
    const shown = await owner('GET', '/api/v1/ledger/tasks/ship');
    expect(shown.body.data).toMatchObject({
      hub_task: { id: task.id, title: 'Ship 2.0', status: 'todo', createdBy: 'owner', assignee: 'agent' },
    });
    const refused = await agent.json('PATCH', `/api/v1/tasks/${task.id}`, { json: { status: 'done' } });
    expect([refused.status, refused.body.error]).toEqual([409, expect.stringContaining('criterion 1')]);
    expect((await agent.json('PATCH', `/api/v1/tasks/${task.id}`, { json: { status: 'cancelled' } })).status).toBe(200);
    const after = (await owner('GET', '/api/v1/ledger/tasks/ship')).body.data as Record<string, unknown>;
    expect(after).toMatchObject({ desired_state: 'running', hub_task: { status: 'cancelled' } });
  });
});

describe('what is secret in notes', () => {
  it('is nowhere in the database, its log, what is logged or sent, in no form, before and after it is gone', async () => {
    const world = await createSocketWorld();
    const { agent, keeper, harness, logged, enter } = world;
    const clients = [await enter(agent), await enter(keeper)];
    const found = () => [
      ...filesWith(harness.folder),
      ...[...harness.logged, ...logged].filter(holds),
      ...clients.flatMap(({ frames }) => frames.map((frame) => JSON.stringify(frame)).filter(holds)),
    ];
    const task = await assign(world, { clientGeneratedId: 'k' });
    await assign(world, { clientGeneratedId: 'k' });
    await read(agent, task);
    expect(found()).toEqual([]);
    const notes = `The password is ${canary} now, token: ${llmKey}`;
    await keeper.json('PATCH', `/api/v1/tasks/${task.id}`, { json: { context: { notes } } });
    expect((await read(agent, task)).context.notes).toBe(notes);
    await agent.json('POST', '/api/v1/tasks', {
      json: { title: 'mine', context: { notes: `{"a":{"pin":"${canary}"}}` } },
    });
    expect(found()).toEqual([]);
    await agent.json('PATCH', `/api/v1/tasks/${task.id}`, { json: { status: 'done' } });
    expect(found()).toEqual([]);
    // The search finds one that is there, in each form.
    for (const form of formsOf(canary)) {
      await agent.json('POST', `/api/v1/tasks/${task.id}/activity`, { json: { type: 'comment', message: form } });
      expect(filesWith(harness.folder), form).not.toEqual([]);
      harness.database.sqlite.exec('DELETE FROM hub_activity; PRAGMA wal_checkpoint(TRUNCATE); VACUUM');
      harness.database.sqlite.exec('PRAGMA wal_checkpoint(TRUNCATE)');
      expect(filesWith(harness.folder), 'after it is gone').toEqual([]);
    }
  });
});

/** As it stands, and as it would stand in what else holds texts. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64'),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** Any fourteen characters in a row of any form betray it. */
const windows = [canary, llmKey]
  .flatMap((secret) => formsOf(secret))
  .flatMap((form) => Array.from({ length: form.length - 13 }, (_each, from) => form.slice(from, from + 14)));
const holds = (text: string): boolean => windows.some((window) => text.includes(window));

function filesWith(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => holds(readFileSync(path, 'utf8')));
}
