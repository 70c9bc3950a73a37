import { describe, expect, test } from 'vitest';
import { routes, type TaskEventView, type TaskSummary } from '@perdure/contract';
import type { CommandContext, CreateTask, Refusal, TaskCommand, Written } from '@perdure/tasks';
import { createHarness, type Harness } from './harness.ts';

const tokenHash = 'f00d'.repeat(16);
const start = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const minute = 60_000;

async function written(outcome: Promise<Written | Refusal>): Promise<Written> {
  const found = await outcome;
  if (found.kind === 'written') return found;
  throw new Error(`refused: ${found.message}`);
}

/** A task as another process creates it, with ada at work on it. */
async function create(harness: Harness, taskId: string, { at = start, ...fields }: Partial<Create> = {}) {
  const command: CreateTask = {
    type: 'create',
    task_id: taskId,
    fields: { title: `Title of ${taskId}`, goal: 'Out', ...fields },
    lease: { holder: 'ada', tokenHash, ttlMs: 15 * minute },
  };
  return await written(
    harness.taskStore.create(command, { now: at, actor: 'ada', revision: 'latest' }, { replace: true }),
  );
}
type Create = CreateTask['fields'] & { readonly at: number };

async function apply(harness: Harness, taskId: string, command: TaskCommand, context: Partial<CommandContext> = {}) {
  const ada = { now: start, actor: 'ada', revision: 'latest', tokenHash } as const;
  return await written(harness.taskStore.apply(taskId, command, { ...ada, ...context }));
}

const get = async (harness: Harness, taskId: string) => {
  const { status, body } = await harness.json('GET', `/api/v1/ledger/tasks/${taskId}`);
  expect(status).toBe(200);
  return routes.getTask.responses[200].parse(body).data;
};
const list = async (harness: Harness, query = '') =>
  routes.listTasks.responses[200].parse((await harness.json('GET', `/api/v1/ledger/tasks?${query}`)).body);
const events = async (harness: Harness, taskId: string, query = '') =>
  routes.listTaskEvents.responses[200].parse(
    (await harness.json('GET', `/api/v1/ledger/tasks/${taskId}/events?${query}`)).body,
  );
const ids = (tasks: readonly TaskSummary[]) => tasks.map(({ task_id: id }) => id);

/** Whatever a list has, page by page. */
async function all<T>(read: (next: string | undefined) => Promise<{ data: T[]; next?: string | undefined }>) {
  const pages: T[][] = [];
  for (let next: string | undefined; pages.length === 0 || next !== undefined;) {
    const page = await read(next);
    pages.push(page.data);
    next = page.next;
  }
  return pages;
}

describe('a task', () => {
  test('is shown with the reports that are owed, and without those that arrived', async () => {
    const harness = await createHarness({ clock: () => start });
    await create(harness, 'ship');
    expect((await get(harness, 'ship')).deliveries).toEqual([]);
    await apply(harness, 'ship', {
      type: 'bind',
      delivery: { method: 'webhook', url: 'https://a.example/x', secret_variable: 'S' },
    });
    await apply(harness, 'ship', { type: 'complete', override: 'enough' });
    const [owed, ...more] = (await get(harness, 'ship')).deliveries;
    expect([owed, more]).toMatchObject([{ number: 1, reason: 'completion', method: 'webhook', state: 'pending' }, []]);
    expect(JSON.stringify(owed)).not.toContain('a.example');
  });

  test('that another process wrote is shown at once, and so is each change', async () => {
    const harness = await createHarness({ clock: () => start });
    expect((await list(harness)).data).toEqual([]);
    await create(harness, 'ship', { done_criteria: ['It is out'] });
    expect(await get(harness, 'ship')).toMatchObject({
      title: 'Title of ship',
      state: 'running',
      status_line: expect.stringContaining('ms 0/0'),
      gaps: [{ kind: 'criterion', criterion: 1, problem: 'no_evidence', message: 'criterion 1 has no evidence' }],
      lease: { holder: 'ada', released: false },
    });
    for (const nextStep of ['Parser', 'Printer']) {
      await apply(harness, 'ship', { type: 'progress', message: 'went on', nextStep });
      expect((await get(harness, 'ship')).next_step).toBe(nextStep);
      expect((await list(harness)).data[0]?.next_step).toBe(nextStep);
    }
  });

  test('is interrupted once its lease has ended, and says whether the holder let go', async () => {
    let now = start;
    const harness = await createHarness({ clock: () => now });
    await create(harness, 'ship');
    now += 17 * minute;
    expect(await get(harness, 'ship')).toMatchObject({
      state: 'interrupted',
      desired_state: 'running',
      lease: { released: false },
    });
    expect((await list(harness, 'state=running')).data[0]?.state).toBe('interrupted');
    await apply(harness, 'ship', { type: 'release_lease' });
    expect((await get(harness, 'ship')).lease?.released).toBe(true);
  });

  test('shows every gap of its gate in the shape of the contract', async () => {
    const harness = await createHarness();
    await create(harness, 'ship', {
      done_criteria: ['a'],
      milestones: [{ id: 'm', title: 'M', status: 'pending', percent: 0 }],
    });
    await apply(harness, 'ship', { type: 'start_action', actionId: 'publish', summary: 'npm publish' });
    const pause = { type: 'control', controlId: 'c', intent: 'pause', message: '', when: 'boundary' } as const;
    await apply(harness, 'ship', pause);
    const { gaps } = await get(harness, 'ship');
    expect(gaps.map(({ kind }) => kind)).toEqual(['criterion', 'milestone', 'action', 'control']);
  });

  test('that does not exist is 404 in a sentence, and so is its log', async () => {
    const { json } = await createHarness();
    for (const path of ['nothing', 'nothing/events']) {
      const { status, body } = await json('GET', `/api/v1/ledger/tasks/${path}`);
      expect([status, body.code]).toEqual([404, 'not_found']);
      expect(body.error).toBe('There is no task "nothing"; `perdure task list` shows those there are.');
    }
  });

  test('is asked for by an id that could be one, else 400 says what ids are', async () => {
    const { json } = await createHarness();
    for (const id of ['Ship', '.hidden', '..%2f..', 'a%20b', '%00', '%ff', 'a'.repeat(64), 'a'.repeat(2_000)]) {
      for (const path of [id, `${id}/events`]) {
        const { status, body } = await json('GET', `/api/v1/ledger/tasks/${path}`);
        expect([path, status, body.code]).toEqual([path, 400, 'invalid_input']);
        expect(body.error).toContain('a task id has 1 to 63 lower-case letters');
      }
    }
  });
});

describe('the list of tasks', () => {
  test('has the newest work first, page by page, each once', async () => {
    const harness = await createHarness();
    const made = Array.from({ length: 7 }, (_, n) => `task-${n}`);
    for (const [n, id] of made.entries()) await create(harness, id, { at: start + n });
    const pages = await all((next) => list(harness, `limit=3${next === undefined ? '' : `&cursor=${next}`}`));
    expect(pages.map(ids)).toEqual([['task-6', 'task-5', 'task-4'], ['task-3', 'task-2', 'task-1'], ['task-0']]);
  });

  test('is narrowed by state, by project and to what is archived', async () => {
    const harness = await createHarness();
    await create(harness, 'here', { project: '/home/ada/here & there' });
    await create(harness, 'halted');
    await apply(harness, 'halted', {
      type: 'control',
      controlId: 'c',
      intent: 'pause',
      message: '',
      when: 'now',
    });
    await create(harness, 'twice');
    await apply(harness, 'twice', { type: 'release_lease' });
    await create(harness, 'twice');
    expect(ids((await list(harness, 'state=paused')).data)).toEqual(['halted']);
    expect(ids((await list(harness, 'state=failed')).data)).toEqual([]);
    const project = encodeURIComponent('/home/ada/here & there');
    expect(ids((await list(harness, `project=${project}`)).data)).toEqual(['here']);
    expect(ids((await list(harness, 'archived=true')).data)).toEqual(['twice.1']);
    expect(ids((await list(harness, 'archived=false')).data).toSorted()).toEqual(['halted', 'here', 'twice']);
    expect((await get(harness, 'twice.1')).title).toBe('Title of twice');
  });

  test.each(['state=interrupted', 'archived=yes', 'limit=0', 'limit=1001', 'cursor=x', 'state=paused&state=failed'])(
    'is refused with 400 for %s',
    async (query) => {
      const { json } = await createHarness();
      const { status, body } = await json('GET', `/api/v1/ledger/tasks?${query}`);
      expect([status, body.code]).toEqual([400, 'invalid_input']);
    },
  );
});

describe('the log of a task', () => {
  test('comes oldest first with times that are told as everywhere, and behind `after` only what is newer', async () => {
    const harness = await createHarness();
    await create(harness, 'ship');
    await apply(harness, 'ship', { type: 'progress', message: 'Parser done' });
    const { data, next } = await events(harness, 'ship');
    expect(data.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'task_created'],
      [2, 'lease_taken'],
      [3, 'status_reported'],
    ]);
    expect(data[2]).toMatchObject({ at: '2026-01-02T03:04:05.678Z', actor: 'ada', data: { message: 'Parser done' } });
    expect(next).toBeUndefined();
    expect((await events(harness, 'ship', 'after=2')).data).toEqual(data.slice(2));
    expect(await events(harness, 'ship', 'after=3')).toEqual({ data: [] });
    expect(await events(harness, 'ship', 'after=2&limit=1')).toEqual({ data: data.slice(2) });
  });

  test('of thousands of entries comes in pages, each entry once, while it grows', async () => {
    const harness = await createHarness();
    await create(harness, 'ship');
    const note = (name: string) =>
      apply(harness, 'ship', { type: 'event', name, details: { text: 'x'.repeat(1_000) } });
    await Promise.all(Array.from({ length: 2_498 }, () => note('scan')));
    let grown = 2_500;
    const pages = await all(async (next) => {
      const page = await events(harness, 'ship', `limit=1000${next === undefined ? '' : `&after=${next}`}`);
      // One more before each page that follows.
      if (page.next !== undefined) await note(`late-${(grown += 1)}`);
      return page;
    });
    expect(pages.map((page) => page.length)).toEqual([1_000, 1_000, 501 + 1]);
    const seen = pages.flat().map(({ seq }: TaskEventView) => seq);
    expect(seen).toEqual(Array.from({ length: grown }, (_, index) => index + 1));
    expect((await events(harness, 'ship')).data).toHaveLength(100);
  });

  test('of megabytes in each entry comes in pages that stay small, each entry once', async () => {
    const harness = await createHarness();
    await create(harness, 'ship');
    const details = { text: 'x'.repeat(3_000_000) };
    for (let n = 0; n < 5; n += 1) await apply(harness, 'ship', { type: 'event', name: 'scan', details });
    const pages = await all((next) => events(harness, 'ship', next === undefined ? '' : `after=${next}`));
    expect(pages.map((page) => page.map(({ seq }) => seq))).toEqual([[1, 2, 3, 4], [5, 6], [7]]);
  });

  test.each(['after=-1', 'after=x', 'after=1.5', 'limit=0', 'limit=1001'])(
    'is refused with 400 for %s',
    async (query) => {
      const harness = await createHarness();
      await create(harness, 'ship');
      const { status, body } = await harness.json('GET', `/api/v1/ledger/tasks/ship/events?${query}`);
      expect([status, body.code]).toEqual([400, 'invalid_input']);
    },
  );
});

describe('what the API tells of tasks', () => {
  const paths = ['/api/v1/ledger/tasks', '/api/v1/ledger/tasks/ship', '/api/v1/ledger/tasks/ship/events'];

  test('holds no token hash, whether the lease lives, was let go or came with an import', async () => {
    const harness = await createHarness();
    const { task } = await create(harness, 'ship');
    const expectNone = async () => {
      for (const path of [...paths, '/api/v1/ledger/tasks/copy', '/api/v1/ledger/tasks/copy/events']) {
        const text = await (await harness.request('GET', path)).text();
        expect(text).not.toContain('token_hash');
        expect(text).not.toContain(tokenHash);
      }
    };
    const context = { now: start, actor: 'owner', revision: 'latest' } as const;
    await written(harness.taskStore.import({ ...task, task_id: 'copy' }, { from: '/tmp', context }));
    await expectNone();
    await apply(harness, 'ship', { type: 'release_lease' });
    await expectNone();
  });

  test.each(paths)('is read only: %s takes nothing but GET', async (path) => {
    const harness = await createHarness();
    const before = await create(harness, 'ship');
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const { status, headers, body } = await harness.json(method, path, { json: { title: 'Mine' } });
      expect([status, body.code, headers.get('allow')]).toEqual([405, 'method_not_allowed', 'GET']);
    }
    expect((await get(harness, 'ship')).revision).toBe(before.task.revision);
  });

  test('is told to nobody without the key, be the task there or not', async () => {
    const harness = await createHarness();
    await create(harness, 'ship');
    for (const path of [...paths, '/api/v1/ledger/tasks/nothing', '/api/v1/ledger/tasks/NOT']) {
      const response = await harness.app.request(path, { headers: { host: '127.0.0.1' } });
      expect([path, response.status]).toEqual([path, 401]);
      expect(await response.text()).not.toContain('Title of ship');
    }
  });
});
