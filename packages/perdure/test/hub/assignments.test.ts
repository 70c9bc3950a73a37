import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dataIn } from '../harness.ts';
import { openHubPlace } from './hub-place.ts';

async function openTasks() {
  const { run, place } = await openHubPlace();
  const idOf = async (): Promise<string> => {
    const [task] = dataIn((await run('assignments list --json')).stdout) as readonly { readonly id: string }[];
    return task?.id ?? '';
  };
  return { run, place, idOf };
}

test('a task is made for somebody, moved on and told of, by its id or the beginning of it', async () => {
  const { run, idOf } = await openTasks();
  const made = await run('assignments create --to agent', ['Water the plants']);
  expect([made.code, made.stderr]).toEqual([0, '']);
  const id = await idOf();
  expect(made.stdout).toBe(`Made task ${id} for agent.\n`);
  expect((await run(`assignments set ${id} in_progress`)).stdout).toBe('Water the plants is in_progress.\n');
  expect((await run(`assignments tell ${id}`, ['Half of them.'])).stdout).toMatch(/^Told as number \d+\.\n$/);
  const { stdout } = await run(`assignments show ${id}`);
  expect(stdout).toContain(`# Water the plants (${id}, in_progress)`);
  expect(stdout).toContain('owner  progress: Half of them.');
  expect((await run('assignments list --status todo')).stdout).toContain('No tasks');
});

test('notes come from a file, and their secrets are shown to who asks for them and may have them', async () => {
  const { run, place, idOf } = await openTasks();
  writeFileSync(join(place.folder, 'notes.json'), '{"llmApiKey":"sk-ant-canary"}');
  expect((await run('assignments create x --notes', ['{"llmApiKey":"sk-ant-canary"}'])).stderr).toContain('@<file>');
  const made = await run('assignments create x --to agent --notes @notes.json');
  expect(made.stderr).toBe('Secrets in its notes lie in a vault of the task until it is closed.\n');
  const id = await idOf();
  expect((await run(`assignments show ${id}`)).stdout).not.toContain('canary');
  // The owner made it.
  expect((await run(`assignments show ${id} --secrets`)).stdout).toContain('sk-ant-canary');
});

test('what names no task, or nobody, is told with what to do', async () => {
  const { run } = await openTasks();
  expect((await run('assignments show nothing')).stderr).toContain('perdure assignments list');
  expect((await run('assignments create x --to nobody')).code).not.toBe(0);
  expect((await run('assignments list --mine --assignee agent')).code).toBe(2);
});

test('a task of the hub and the durable task that carries it out name each other, the second without a server', async () => {
  const { run, harness, place } = await openHubPlace();
  const words = ['--title', 'Ship it', '--goal', 'g', '--criterion', 'c'];
  expect((await run('task create ship', words)).code).toBe(0);
  expect((await run('task show ship')).stdout).not.toContain('task of the hub');
  const fields = { title: 'Ship it', goal: 'g', done_criteria: ['c'] };
  const command = { type: 'create', task_id: 'ship', fields } as const;
  await harness.taskStore.create(command, { now: Date.now(), actor: 'owner', revision: 'latest' });
  await run('assignments create --to agent --durable ship', ['Ship the thing']);
  const [made] = dataIn((await run('assignments list --json')).stdout) as { readonly id: string }[];
  const id = made?.id ?? '';
  expect((await run(`assignments show ${id}`)).stdout).toContain('Carried out by the durable task ship, running');
  // The record that the server has written, as it lies there when that is away.
  for (const end of ['', '-wal', '-shm']) rmSync(place.paths.database + end, { force: true });
  harness.database.sqlite.exec(`VACUUM INTO '${place.paths.database}'`);
  rmSync(place.paths.instance);
  expect((await run('task show ship')).stdout).toContain(
    `## Carries out the task of the hub\n- Ship the thing (todo, from owner, to agent): perdure assignments show ${id}`,
  );
  const hubTask = { id, title: 'Ship the thing', status: 'todo', createdBy: 'owner', assignee: 'agent' };
  expect(dataIn((await run('task show ship --json')).stdout)).toMatchObject({ hub_task: hubTask });
});
