/** Words to whoever works, and what was handed over: told whole, told by whoever they are for, and not gone before. */

import { describe, expect, test } from 'vitest';
import { aTask, createTaskPlace } from './task-cli.ts';

const long = `first ${'word '.repeat(900)}last`;

describe('continue', () => {
  test('tells a word whole that the brief would cut, and the boundary after it tells it once more', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['note', 'ship', long]);
    const { stdout } = await place.task(['continue', 'ship']);
    expect(stdout).toContain(`New note: ${long}`);
    const lease = /PERDURE_LEASE=(\S+)/.exec(stdout)?.[1] ?? '';
    expect((await place.task(['boundary', 'ship', '--lease', lease])).stdout).toContain(`Still note: ${long}`);
    expect((await place.task(['boundary', 'ship', '--lease', lease])).stdout).toBe('Go on.\n');
  });

  test('tells the reason of a pause and a hand-over whole', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['pause', 'ship', long]);
    const item = ['queue', 'add', '--title', 'Ship', '--task', 'ship', '--context', `${long} the end`];
    await place.data(item);
    const { stdout } = await place.task(['continue', 'ship']);
    expect(stdout).toContain(`It was paused (${long})`);
    expect(stdout).toContain(`Handed over: ${long} the end`);
    expect(await place.data(['queue', 'list'])).toMatchObject({ count: 0 });
  });

  test('is told what a person’s boundary did not take away', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['note', 'ship', 'Demo on Friday']);
    expect((await place.task(['boundary', 'ship', '--holder', 'owner'])).stdout).toBe('Go on.\n');
    expect((await place.task(['continue', 'ship'])).stdout).toContain('New note: Demo on Friday');
  });
});

describe('the queue', () => {
  test('gives out whole what it forgets', async () => {
    const place = createTaskPlace();
    await place.data(['queue', 'add', '--title', 'Ship', '--context', `${long}\nthe end`]);
    expect((await place.task(['queue', 'pop'])).stdout).toContain(`${long}\nthe end`);
    expect((await place.data(['queue', 'pop'])).status).toBe('empty');
  });
});

describe('a word that nobody was told', () => {
  test('counts in the answer to progress, and keeps the task open until a boundary', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: (await place.data(['create', 'ship', '--title', 't', '--goal', 'g'])).lease_token };
    await place.data(['steer', 'ship', 'do not finish']);
    expect(await place.data(['progress', 'ship', 'x'], { env })).toMatchObject({ controls_waiting: 1 });
    const refused = await place.task(['complete', 'ship'], { env });
    expect([refused.code, refused.stderr]).toEqual([9, expect.stringContaining('perdure task boundary ship')]);
    await place.data(['boundary', 'ship'], { env });
    expect(await place.data(['progress', 'ship', 'x'], { env })).toMatchObject({ controls_waiting: 0 });
    expect((await place.task(['complete', 'ship'], { env })).code).toBe(0);
  });
});

describe('a full context', () => {
  test('of a task that a person stopped hands nothing over and says where the answer is', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['stop', 'ship', 'the customer left']);
    const { stdout } = await place.task(['context', 'ship', '55'], { env });
    expect(stdout).toContain('perdure task boundary ship');
    expect(await place.data(['context', 'ship', '55'], { env })).toMatchObject({ action: 'halted', hand_over: null });
    expect(await place.data(['queue', 'list'])).toMatchObject({ count: 0 });
    expect(await place.data(['show', 'ship'])).toMatchObject({ desired_state: 'stopped' });
  });
});

describe('resume', () => {
  test('takes back a pause that waits for a task at work', async () => {
    const place = createTaskPlace();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.data(['pause', 'ship', 'later', '--safe-boundary-only']);
    expect(await place.data(['resume', 'ship'])).toMatchObject({ desired_state: 'running', waiting: 0 });
    expect(await place.data(['boundary', 'ship'], { env })).toMatchObject({ answer: 'go_on' });
  });
});

describe('what is said where nothing goes on', () => {
  test('a task that somebody paused: why it rests and who wakes it, and no brief that invites to work', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease', '--next-step', 'Printer');
    await place.data(['pause', 'ship', 'lunch']);
    const { code, stdout } = await place.task(['continue', '--unattended']);
    expect(code).toBe(1);
    expect(stdout).toContain('It rests (lunch). When a person says so, it is woken by: perdure task continue ship');
    expect(stdout).not.toContain('Printer');
    expect((await place.task(['continue', 'ship', '--dry-run'])).code).toBe(0);
    expect((await place.task(['continue', 'ship', '--dry-run', '--unattended'])).code).toBe(1);
  });

  test('a report on a task that rests says that it rests', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    await place.data(['stop', 'ship']);
    expect((await place.task(['progress', 'ship', 'one more'])).stdout).toContain('The task is stopped');
  });

  test('a word where the check alone counts says so at once', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease');
    const word = ['verify', 'ship', '--criterion', '1', '--attest', 'I looked'];
    const { stdout } = await place.task([...word, '--holder', 'ada']);
    expect(stdout).toContain('The criterion is not met yet (not_accepted): its task asks for auto acceptance.');
  });

  test('a word needs a name that was given: one that was found out is another in the next shell of the same agent', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease', '--acceptance', 'second-agent');
    const { code, stderr } = await place.task(['verify', 'ship', '--criterion', '1', '--attest', 'I looked']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('Say whose word it is, with --holder.')]);
  });

  test('what a person has to say at the gate is not put into the mouth of the agent', async () => {
    const place = createTaskPlace();
    await aTask(place, '--no-lease', '--acceptance', 'human');
    const { code, stderr, stdout } = await place.task(['complete', 'ship']);
    expect(code).toBe(9);
    expect(stdout + stderr).toContain('person: perdure task verify ship --criterion 1 --attest');
  });

  test('a person closes a task as failed that somebody holds', async () => {
    const place = createTaskPlace();
    await aTask(place);
    expect((await place.task(['fail', 'ship', 'no budget'])).code).toBe(8);
    expect((await place.data(['fail', 'ship', 'no budget', '--holder', 'owner'])).state).toBe('failed');
  });
});
