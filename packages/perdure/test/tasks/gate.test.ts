import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, type TaskPlace } from './task-cli.ts';

const minute = 60_000;

/** A work tree whose check passes while the file `ok` is there. */
function inGit(): TaskPlace {
  const place = createTaskPlace();
  onTestFinished(() => place[Symbol.dispose]());
  execFileSync('git', ['init', '-q'], { cwd: place.folder });
  writeFileSync(join(place.folder, 'ok'), 'yes\n');
  return place;
}

const verify = ['verify', 'ship', '--criterion', '1', '--', 'test', '-e', 'ok'];

describe('verify', () => {
  test('runs the command and records it; one that fails is recorded too, and ends with 1', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect((await place.task(verify, { env })).code).toBe(0);
    rmSync(join(place.folder, 'ok'));
    const failed = await place.task(verify, { env });
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('failed');
    expect((await place.data(['show', 'ship'])).evidence).toMatchObject([{ passed: false, exit_code: 1 }]);
  });

  test('of a criterion that is not there is refused with 2, before the command runs', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    const { code } = await place.task(['verify', 'ship', '--criterion', '2', '--', 'rm', 'ok'], { env });
    expect(code).toBe(2);
    expect((await place.task(verify, { env })).code).toBe(0);
  });

  test('takes either a command or somebody’s word', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect((await place.task(['verify', 'ship', '--criterion', '1'], { env })).code).toBe(2);
    expect((await place.task([...verify.slice(0, 4), '--attest', 'x', '--', 'true'], { env })).code).toBe(2);
    expect((await place.task(['verify', 'ship', '--criterion', '1', '--attest', 'I saw it'], { env })).code).toBe(0);
    const { gaps } = await place.data(['show', 'ship']);
    expect(gaps).toMatchObject([{ problem: 'not_accepted' }]);
  });

  test('a command that runs too long is ended and has failed', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    const slow = ['verify', 'ship', '--criterion', '1', '--timeout', '1', '--', 'sleep', '30'];
    const { code, stderr } = await place.task(slow, { env });
    expect(code).toBe(1);
    expect(stderr).toContain('--timeout');
  });

  test('a baseline makes a failure that was there before a matter of somebody’s word', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    const failing = ['--criterion', '1', '--', 'test', '-e', 'gone'];
    expect((await place.task(['verify', 'ship', '--baseline', ...failing], { env })).code).toBe(0);
    expect((await place.task(['verify', 'ship', ...failing], { env })).code).toBe(1);
    expect((await place.data(['show', 'ship'])).gaps).toMatchObject([{ problem: 'failed_before' }]);
    await place.task(['verify', 'ship', '--criterion', '1', '--attest', 'Not ours'], { env });
    expect((await place.task(['complete', 'ship'], { env })).code).toBe(0);
  });
});

describe('what was run', () => {
  test('is shown with its folder, its paths and its program, and where it was outside of the project', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.task(['verify', 'ship', '--criterion', '1', '--paths', 'ok', '--', 'sh', '-c', 'true'], { env });
    const { stdout } = await place.task(['show', 'ship']);
    expect(stdout).toMatch(/criterion 1 check passed: sh -c true \(in .*; on ok; program \/.*\)/);
    expect(stdout).not.toContain('outside');
    await place.data(['update', 'ship', '--project', '/elsewhere', '--latest'], { env });
    const away = await place.task(['verify', 'ship', '--criterion', '1', '--', 'true'], { env });
    expect(away.stdout).toContain('outside of the project');
    const done = await place.task(['complete', 'ship'], { env });
    expect(done.stdout).toContain('The check of criterion 1 ran outside of the project');
  });

  test('and changed its files meanwhile is no proof: 1, and the gate says why', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    const { code, stderr } = await place.task(
      ['verify', 'ship', '--criterion', '1', '--', 'sh', '-c', 'echo x >> ok'],
      { env },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('Files changed while the check ran, so it does not count: ok.');
    const { gaps } = await place.data(['show', 'ship']);
    expect(gaps).toMatchObject([
      { problem: 'void', message: expect.stringContaining('during which its files changed') },
    ]);
  });

  test('before the work is a baseline; after an edit that nobody recorded it is refused', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    writeFileSync(join(place.folder, 'ok'), 'broken\n');
    const late = await place.task(['verify', 'ship', '--criterion', '0', '--baseline', '--', 'false'], { env });
    expect(late.code).toBe(8);
    expect(late.stderr).toContain('no longer what they were when task ship was made');
  });

  test('where git cannot be asked cannot be compared now, and holds again when it can', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.task(verify, { env });
    const gitless = { ...env, PATH: '/nowhere' };
    const { stdout } = await place.task(['show', 'ship'], { env: gitless });
    expect(stdout).toContain('cannot be compared now (Git is not installed');
    expect((await place.task(['complete', 'ship'], { env: gitless })).code).toBe(9);
    expect((await place.task(['complete', 'ship'], { env })).code).toBe(0);
  });
});

describe('complete', () => {
  test('is refused with 9 and a list of what is missing, each with its command', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place, '--milestone', 'a: First') };
    const refused = await place.task(['complete', 'ship'], { env });
    expect(refused).toMatchObject({ code: 9, stdout: '' });
    expect(refused.stderr).toContain('perdure task verify ship --criterion 1 -- <command>');
    expect(refused.stderr).toContain('perdure task milestone ship a --status done');
    const { details } = JSON.parse((await place.task(['complete', 'ship', '--json'], { env })).stderr) as {
      readonly details: { readonly gaps: readonly object[] };
    };
    expect(details.gaps).toMatchObject([{ kind: 'criterion' }, { kind: 'milestone' }]);
  });

  test('an edit voids evidence, and --reverify runs it again', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.task(verify, { env });
    writeFileSync(join(place.folder, 'other'), 'edited\n');
    expect((await place.data(['show', 'ship'])).gaps).toMatchObject([{ problem: 'void' }]);
    expect((await place.task(['complete', 'ship'], { env })).code).toBe(9);
    expect((await place.task(['complete', 'ship', '--reverify'], { env })).code).toBe(0);
    writeFileSync(join(place.folder, 'other'), 'edited after the end\n');
    const ended = { desired_state: 'completed', override: null, gaps: [] };
    expect(await place.data(['show', 'ship'])).toMatchObject(ended);
  });

  test('--reverify runs no command that came with an import', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.task(['verify', 'ship', '--criterion', '1', '--', 'sh', '-c', 'echo x >> ran'], { env });
    await place.data(['export', 'ship', 'out']);
    await place.data(['release', 'ship'], { env });
    await place.data(['import', 'out', '--force']);
    rmSync(join(place.folder, 'ran'));
    expect((await place.task(['complete', 'ship', '--reverify'])).code).toBe(9);
    expect(() => execFileSync('test', ['-e', 'ran'], { cwd: place.folder })).toThrow();
  });

  test('by force is recorded with its reason and shown', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect((await place.task(['complete', 'ship', '--override', 'The customer took it'], { env })).code).toBe(0);
    expect((await place.task(['show', 'ship'])).stdout).toContain('The customer took it');
    expect((await place.task(['list'])).stdout).toContain('completed, forced');
    await place.task(['reopen', 'ship', 'For real']);
    await place.task(verify);
    const honest = await place.task(['complete', 'ship']);
    expect(honest.stdout).toContain('every criterion has evidence that holds.');
    expect(honest.stdout).toContain('An earlier completion was forced: The customer took it');
    expect((await place.task(['list'])).stdout).toContain('completed, forced once');
  });

  test('says what of it was not proved: no criteria, one that was taken back, one that failed before', async () => {
    const place = inGit();
    await place.task(['create', 'bare', '--title', 'Bare', '--goal', 'g', '--no-lease']);
    expect((await place.task(['complete', 'bare'])).stdout).toContain('It has no done criteria, so nothing is proved.');
    expect((await place.task(['list'])).stdout).toContain('completed, nothing proved');
    await place.task([
      'create',
      'less',
      '--title',
      'L',
      '--goal',
      'g',
      '--criterion',
      'a',
      '--criterion',
      'b',
      '--no-lease',
    ]);
    const less = ['update', 'less', '--criterion', 'b', '--latest'];
    expect((await place.task(less)).code).toBe(8);
    expect((await place.task([...less, '--holder', 'owner'])).code).toBe(0);
    expect((await place.task(['list'])).stdout).toContain('criteria taken back');
    await place.task(['verify', 'less', '--criterion', '1', '--', 'true']);
    expect((await place.task(['complete', 'less'])).stdout).toContain('Taken back by owner, and not proved: a');
  });

  test('10: closed tasks take no writes but reopen, and a stopped one is not completed', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    await place.task(['stop', 'ship']);
    expect((await place.task(['complete', 'ship', '--override', 'x'], { env })).code).toBe(8);
    expect((await place.task(['fail', 'ship', 'No use'], { env })).code).toBe(0);
    expect((await place.task(['pause', 'ship'])).code).toBe(8);
    expect((await place.task(['continue', 'ship'])).code).toBe(8);
    expect((await place.task(['continue', 'ship', '--dry-run'])).stdout).toContain('manual_recovery');
    expect((await place.task(['reopen', 'ship', 'Again'])).code).toBe(0);
  });
});

describe('continue', () => {
  test('4: a paused task runs again and says what it was', async () => {
    const place = inGit();
    await aTask(place, '--no-lease');
    await place.task(['pause', 'ship']);
    expect(await place.data(['continue', 'ship'])).toMatchObject({
      ok: true,
      promoted_from_state: 'paused',
      classification: 'resumable',
      lease_token: expect.any(String) as string,
    });
  });

  test('14, 18: without an id takes the running one and not the paused newer one, and asks nobody', async () => {
    const place = inGit();
    await aTask(place, '--no-lease');
    place.now += minute;
    await place.task(['create', 'newer', '--title', 'Newer', '--goal', 'g', '--no-lease']);
    await place.task(['pause', 'newer']);
    const told = await place.data(['continue']);
    expect(told).toMatchObject({ ok: true, selected_task: { task_id: 'ship' }, runners_up: [{ task_id: 'newer' }] });
    expect(told.brief.goal).toBe('Released');
  });

  test('with nothing to go on with ends with 7', async () => {
    expect((await inGit().task(['continue'])).code).toBe(7);
  });

  test('does not take the lease of somebody at work: 8; takes one that has expired; the late writer is refused', async () => {
    const place = inGit();
    const late = await aTask(place);
    expect((await place.task(['continue', 'ship'])).code).toBe(8);
    place.now += 20 * minute;
    expect((await place.data(['show', 'ship'])).state).toBe('interrupted');
    const { lease_token: token } = await place.data(['continue']);
    expect((await place.task(['progress', 'ship', 'late', '--lease', late])).code).toBe(8);
    expect((await place.task(['progress', 'ship', 'new', '--lease', String(token)])).code).toBe(0);
  });

  test('with a token of its own starts anew, and the old token is worth nothing', async () => {
    const place = inGit();
    const env = { PERDURE_LEASE: await aTask(place) };
    expect((await place.data(['continue'], { env })).ok).toBe(true);
    expect((await place.task(['progress', 'ship', 'x'], { env })).code).toBe(8);
  });

  test('as a dry run writes nothing and gives no lease', async () => {
    const place = inGit();
    await aTask(place, '--no-lease');
    const told = await place.data(['continue', '--dry-run']);
    expect(told).toMatchObject({ dry_run: true, resume_plan: { action: 'resume_main_flow', revision: 1 } });
    expect(told.lease_token).toBeUndefined();
    expect((await place.data(['show', 'ship'])).revision).toBe(1);
  });

  test('26, 27: a stop that waits is obeyed, not continued over', async () => {
    const place = inGit();
    await aTask(place, '--no-lease');
    await place.task(['stop', 'ship', '--unsafe-now', 'migration']);
    const told = await place.data(['continue', 'ship']);
    expect(told).toMatchObject({ ok: false, classification: 'stopped' });
    expect((await place.data(['show', 'ship'])).desired_state).toBe('stopped');
  });

  test('16: unattended leaves a paused task alone, and one that is a day old', async () => {
    const place = inGit();
    await aTask(place, '--no-lease');
    place.now += 25 * 60 * minute;
    expect(await place.data(['continue', '--unattended'])).toMatchObject({ ok: false, classification: 'resumable' });
    await place.task(['pause', 'ship']);
    const told = await place.data(['continue', '--unattended']);
    expect(told).toMatchObject({ ok: false, resume_plan: { action: 'stay_paused' }, promoted_from_state: null });
  });
});
