/** What `continue` does after an agent ended without a word, and how one is known again that did not. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HolderProcess } from '@perdure/contract';
import { identityOf, processSpace } from '@perdure/home';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aTask, createTaskPlace, type TaskPlace } from './task-cli.ts';

interface Harness {
  readonly caller: HolderProcess;
  die(): Promise<void>;
}

/** A process that stands for a harness. */
async function startHarness(): Promise<Harness> {
  const child: ChildProcess = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  const { pid, startedAt } = identityOf(child.pid ?? 0)!;
  return {
    caller: { pid, started_at: startedAt, machine: processSpace() },
    async die() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function taskOf(place: TaskPlace, { caller }: Harness, ...flags: readonly string[]): Promise<string> {
  const argv = ['create', 'ship', '--title', 'Ship it', '--goal', 'Released', '--criterion', 'It works', ...flags];
  return (await place.data(argv, { caller })).lease_token as string;
}

describe('continue after a crash', () => {
  test('goes on at once where the process of the holder is gone', async () => {
    const place = createTaskPlace();
    const [dead, next] = [await startHarness(), await startHarness()];
    const token = await taskOf(place, dead);
    await dead.die();
    const { code, stdout } = await place.task(['continue'], next);
    expect([code, stdout]).toEqual([0, expect.stringContaining('resume_main_flow')]);
    const late = await place.task(['progress', 'ship', 'still here', '--lease', token]);
    expect([late.code, late.stderr]).toEqual([8, expect.stringContaining('has taken task ship over')]);
  });

  test('in the middle of an action says what to resolve, and lets it be resolved', async () => {
    const place = createTaskPlace();
    const [dead, next] = [await startHarness(), await startHarness()];
    await taskOf(place, dead);
    expect((await place.task(['action', 'start', 'ship', 'publish'], dead)).code).toBe(0);
    await dead.die();
    expect((await place.task(['continue'], next)).stdout).toContain('reconcile_first');
    const resolved = await place.task(
      ['action', 'resolve', 'ship', 'publish', '--outcome', 'success', '--how', 'it is out'],
      next,
    );
    expect([resolved.code, resolved.stderr]).toEqual([0, '']);
    expect((await place.task(['continue'], next)).stdout).toContain('resume_main_flow');
  });

  test('is refused while that process lives, and names the way for who knows better', async () => {
    const place = createTaskPlace();
    const [busy, next] = [await startHarness(), await startHarness()];
    await taskOf(place, busy);
    const { code, stderr } = await place.task(['continue'], next);
    expect(code).toBe(8);
    expect(stderr).toContain('perdure task release ship --break "<why>" --holder owner');
    expect((await place.task(['release', 'ship', '--break', 'it hangs', '--holder', 'owner'], next)).code).toBe(0);
    expect((await place.task(['continue'], next)).code).toBe(0);
  });

  test('without a person takes over from one that is gone only if that was allowed', async () => {
    const place = createTaskPlace();
    const dead = await startHarness();
    await taskOf(place, dead);
    await dead.die();
    const refused = await place.task(['continue', '--unattended']);
    expect([refused.code, refused.stderr]).toEqual([8, expect.stringContaining('is gone')]);
    expect((await place.task(['continue', '--unattended', '--take-over'])).code).toBe(0);
  });

  test('says nothing of a process of another machine or container', async () => {
    const place = createTaskPlace();
    const elsewhere = { pid: 4_000_000, started_at: 'once', machine: 'another' };
    await taskOf(place, { caller: elsewhere, die: () => Promise.resolve() });
    expect((await place.task(['continue'])).code).toBe(8);
  });
});

describe('the lease of an agent', () => {
  test('is found by every later command of the same process, and by no other', async () => {
    const place = createTaskPlace();
    const [one, other] = [await startHarness(), await startHarness()];
    await taskOf(place, one);
    expect((await place.task(['progress', 'ship', 'Parser done'], one)).code).toBe(0);
    for (const given of [other, {}, { ...one, env: { PERDURE_LEASE: '' } }]) {
      expect((await place.task(['progress', 'ship', 'Mine'], given)).code, JSON.stringify(given)).toBe(8);
    }
    const asAnother = await place.task(['progress', 'ship', 'Mine', '--holder', 'ben'], one);
    expect(asAnother.code).toBe(8);
  });

  test('is that of the same agent after it lost its memory', async () => {
    const place = createTaskPlace();
    const one = await startHarness();
    const token = await taskOf(place, one);
    const { code, stdout } = await place.task(['continue'], one);
    expect([code, stdout]).toEqual([0, expect.stringContaining('is kept for you')]);
    expect((await place.task(['progress', 'ship', 'old', '--lease', token], one)).stderr).toContain('newer lease');
    expect((await place.task(['progress', 'ship', 'on'], one)).code).toBe(0);
  });

  test('is found by a script that made it, when that is old enough to be known too', async () => {
    const place = createTaskPlace();
    const [script, terminal] = [(await startHarness()).caller, (await startHarness()).caller];
    await place.data(['create', 'ship', '--title', 'Ship', '--goal', 'Out'], { caller: terminal, passing: [script] });
    for (const given of [{ caller: terminal, passing: [script] }, { caller: script }, { passing: [script] }]) {
      expect((await place.task(['progress', 'ship', 'on'], given)).code, JSON.stringify(given)).toBe(0);
    }
  });

  test('that a script made is not that of another beside it, and is that of its harness once it ended', async () => {
    const place = createTaskPlace();
    const [one, other] = [await startHarness(), (await startHarness()).caller];
    const { caller } = await startHarness();
    await place.data(['create', 'ship', '--title', 'Ship', '--goal', 'Out'], { caller, passing: [one.caller] });
    const beside = { caller, passing: [other] };
    expect((await place.task(['progress', 'ship', 'mine'], beside)).code).toBe(8);
    expect((await place.task(['progress', 'ship', 'mine', '--holder', 'owner'], beside)).code).toBe(8);
    await one.die();
    expect((await place.task(['progress', 'ship', 'on'], beside)).code).toBe(0);
  });

  test('that another has taken over is refused, and one that is over is forgotten', async () => {
    const place = createTaskPlace();
    const [one, other] = [await startHarness(), await startHarness()];
    await taskOf(place, one);
    place.now += 3_600_000;
    expect((await place.task(['continue', '--take-over'], other)).code).toBe(0);
    expect((await place.task(['progress', 'ship', 'late'], one)).stderr).toContain('has taken task ship over');
    expect((await place.task(['release', 'ship'], other)).code).toBe(0);
    expect((await place.task(['progress', 'ship', 'free again'], one)).code).toBe(0);
  });

  test('says who speaks, whatever its holder calls itself, unless it is put aside', async () => {
    const place = createTaskPlace();
    const agent = await startHarness();
    await taskOf(place, agent, '--acceptance', 'human');
    const loosen = ['update', 'ship', '--acceptance', 'auto', '--latest', '--holder', 'owner'];
    expect((await place.task(loosen, agent)).code).toBe(8);
    expect((await place.task([...loosen, '--lease', ''], agent)).code, 'a person at the same terminal').toBe(0);
    expect((await place.task(loosen, await startHarness())).code, 'a person elsewhere').toBe(0);
  });

  test('is kept where nobody else can read it, and swept with its process', async () => {
    const place = createTaskPlace();
    const [one, other] = [await startHarness(), await startHarness()];
    await taskOf(place, one);
    const folder = join(place.paths.root, 'leases');
    const [file = ''] = readdirSync(folder);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, file)).mode & 0o777]).toEqual([0o700, 0o600]);
    await one.die();
    await place.task(['continue'], other);
    expect(readdirSync(folder)).toEqual([expect.not.stringMatching(file)]);
  });
});

describe('a lease whose holder has obeyed a pause', () => {
  test('keeps nobody away from what runs again', async () => {
    const place = createTaskPlace();
    const token = await aTask(place);
    const agent = { env: { PERDURE_LEASE: token } };
    await place.task(['pause', 'ship', 'Lunch']);
    expect((await place.task(['continue', 'ship', '--holder', 'other'])).code, 'not obeyed yet').toBe(8);
    expect((await place.task(['boundary', 'ship'], agent)).stdout).toContain('Pause. Lunch');
    expect((await place.task(['progress', 'ship', 'Left in order'], agent)).code).toBe(0);
    await place.task(['resume', 'ship', '--holder', 'owner']);
    expect((await place.task(['continue', 'ship', '--holder', 'other'])).code).toBe(0);
    expect((await place.task(['progress', 'ship', 'x'], agent)).stderr).toContain('has taken task ship over');
  });

  test('guards the work again once its holder goes on', async () => {
    const place = createTaskPlace();
    const token = await aTask(place);
    const agent = { env: { PERDURE_LEASE: token } };
    await place.task(['pause', 'ship', 'Lunch']);
    await place.task(['boundary', 'ship'], agent);
    await place.task(['resume', 'ship', '--holder', 'owner']);
    expect((await place.task(['boundary', 'ship'], agent)).stdout).toContain('Go on.');
    expect((await place.task(['continue', 'ship', '--holder', 'other'])).code).toBe(8);
  });
});

describe('an agent', () => {
  test('neither resumes what a person stopped, nor vouches for itself under another name', async () => {
    const place = createTaskPlace();
    const [harness, other] = [await startHarness(), await startHarness()];
    await taskOf(place, harness, '--acceptance', 'second-agent');
    const word = ['verify', 'ship', '--criterion', '1', '--attest', 'seen', '--holder', 'bert'];
    const own = await place.task(word, harness);
    expect([own.code, own.stderr]).toEqual([8, expect.stringContaining('The word of bert comes from the process')]);
    expect((await place.task(word, other)).code).toBe(0);
    expect((await place.task(['stop', 'ship', 'enough'], other)).code).toBe(0);
    for (const given of [harness, { ...harness, env: { PERDURE_LEASE: '' } }, { env: { CLAUDECODE: '1' } }]) {
      expect((await place.task(['resume', 'ship'], given)).stderr).toContain('no agent lifts that by itself');
    }
    expect((await place.task(['resume', 'ship'], other)).code).toBe(0);
  });
});
