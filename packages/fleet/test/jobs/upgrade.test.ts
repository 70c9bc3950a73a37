/**
 * A family that is brought to another release: one first, then one after the other, each kept or put back, and nobody
 * touched behind one that failed; whatever fails, dies or is cancelled on the way.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { planFamilyUpgrade, seeUpgrade, upgradeFamily, upgradeGateway } from '@perdure/fleet/control';
import { describe, expect, it } from 'vitest';
import { controlOf } from './control.ts';
import type { Fault } from './faults.ts';
import { Trial, type TrialOptions } from './trial.ts';

interface Options extends TrialOptions {
  readonly handles?: readonly string[];
  /** Who comes up sick with the other release. */
  readonly sick?: string;
}

/** A family that is there, in the order in which it is moved. */
async function familyOf({ handles = ['able', 'bert', 'cleo'], sick, ...options }: Options = {}): Promise<Trial> {
  const trial = await Trial.open(options);
  for (const [at, handle] of handles.entries()) {
    await trial.provision({ principalId: `p-${handle}`, handle, port: 18_910 + at * 120 });
    writeFileSync(join(trial.accountHome, `.openclaw-${handle}`, 'workspace', 'MEMORY.md'), `of ${handle}`);
  }
  trial.world.sick = sick;
  return trial;
}

async function order(trial: Trial): Promise<string> {
  const ordered = await upgradeFamily(controlOf(trial), { familyId: 'f' });
  if (ordered.kind === 'refused' || ordered.runId === undefined) throw new Error(JSON.stringify(ordered));
  return ordered.runId;
}

async function upgraded(options: Options = {}) {
  const trial = await familyOf(options);
  const from = { calls: trial.faults.calls, asked: trial.asked };
  const runId = await order(trial);
  const run = await trial.finished(runId);
  return { trial, runId, run, from };
}

/** Who has the other release. */
async function having({ store, world }: Trial): Promise<readonly string[]> {
  const all = await store.list({ familyId: 'f' });
  return all.filter(({ program }) => program.entry === world.release.entry).map(({ handle }) => handle);
}

/** Each is all as it was or all as it is to be, and runs; who has it are the first of them. */
async function faultsOf(trial: Trial, status: string): Promise<readonly string[]> {
  const { store, world } = trial;
  const faults: string[] = [];
  const all = await store.list({ familyId: 'f' });
  for (const { handle, principalId, status: how, program, home } of all) {
    const secrets = JSON.parse(readFileSync(join(home, 'secrets.json'), 'utf8')) as { readonly hub: string };
    const seen = {
      how,
      runs: world.processes.has(home),
      entry: world.installed.get(home)?.program.entry,
      key: world.keys.get(principalId),
      memory: readFileSync(join(home, 'workspace', 'MEMORY.md'), 'utf8'),
      member: world.statuses.get(principalId),
    };
    const { entry } = program;
    const wanted = { how: 'ready', runs: true, entry, key: secrets.hub, memory: `of ${handle}`, member: 'online' };
    const found = JSON.stringify(seen);
    if (found !== JSON.stringify(wanted)) faults.push(`${handle}: ${found}, not ${JSON.stringify(wanted)}`);
  }
  const has = await having(trial);
  const first = all.map(({ handle }) => handle).slice(0, has.length);
  if (has.join() !== first.join()) faults.push(`${has.join()} have it`);
  // That nobody could be told, when all was done, takes nothing back.
  if (status === 'completed' && has.length < all.length) faults.push(`${has.join()} have it`);
  const homes = readdirSync(trial.accountHome).toSorted();
  if (homes.join() !== all.map(({ handle }) => `.openclaw-${handle}`).join()) faults.push(`${homes.join()} are left`);
  if (/canary-|sk_canary/.test(trial.runs.recorded())) faults.push('a secret is in the record');
  return faults;
}

const lastSaid = ({ world }: Trial) => [...world.said.values()].at(-1);

describe('a family that gets another release', () => {
  it('has it, one member after the other, each with an archive of what it was', async () => {
    const { trial, runId, run } = await upgraded();
    await using _ = trial;
    expect([run.status, await faultsOf(trial, run.status)]).toEqual(['completed', []]);
    const begun = [...trial.world.said.values()].find(({ text }) => text.includes('gets OpenClaw'));
    expect(begun?.text).toBe(
      `The family main gets OpenClaw 2026.10.1: able first, then bert and cleo, one after the other. Each is away for a moment. Run ${runId}.`,
    );
    expect(lastSaid(trial)?.text).toBe('The family main has OpenClaw 2026.10.1: able, bert and cleo.');
    for (const { archive = '' } of await trial.store.list({ familyId: 'f' })) expect(existsSync(archive)).toBe(true);
    const { members } = await seeUpgrade(controlOf(trial), { familyId: 'f', runId });
    expect(members.map(({ handle, state }) => `${handle} ${state}`)).toEqual([
      'able upgraded',
      'bert upgraded',
      'cleo upgraded',
    ]);
  });

  it('and whose canary is not well then, is as it was, and nobody else was touched', async () => {
    const { trial, run, runId } = await upgraded({ sick: 'able' });
    await using _ = trial;
    expect([run.status, await faultsOf(trial, run.status)]).toEqual(['failed', []]);
    expect(await having(trial)).toEqual([]);
    expect(run.error?.message).toMatch(/able is not brought to OpenClaw 2026\.10\.1: .*no key for the model provider/);
    expect(lastSaid(trial)).toMatchObject({ intent: 'error', to: 'p-able' });
    expect(lastSaid(trial)?.text).toMatch(
      /able is as it was: .*no key.*bert and cleo were not touched\..*goes on with/,
    );
    expect(trial.disk.files().archives).toEqual(['able.tar.gz 600']);
    const { members } = await seeUpgrade(controlOf(trial), { familyId: 'f', runId });
    expect(members.map(({ state }) => state)).toEqual(['put_back', 'untouched', 'untouched']);
    expect(members[0]?.problem).toMatch(/failed at step `health`/);
    expect(members.map(({ lastLines }) => lastLines?.[0])).toEqual(['bad configuration', undefined, undefined]);
  });

  it('and of which one in the middle is not well, keeps those before, and goes on when it is ordered again', async () => {
    const { trial, run } = await upgraded({ sick: 'bert' });
    await using _ = trial;
    expect([run.status, await faultsOf(trial, run.status)]).toEqual(['failed', []]);
    expect(await having(trial)).toEqual(['able']);
    expect(lastSaid(trial)?.text).toMatch(/bert is as it was: .* able has it, and keeps it\. cleo was not touched\./);
    trial.world.sick = undefined;
    const plan = await planFamilyUpgrade(controlOf(trial), { familyId: 'f' });
    expect(plan).toMatchObject({ members: [{ handle: 'bert', role: 'canary' }, { handle: 'cleo' }] });
    const again = await trial.finished(await order(trial));
    expect([again.status, await faultsOf(trial, again.status)]).toEqual(['completed', []]);
  });

  it('has no member stopped whose settings that release would not take', async () => {
    await using trial = await familyOf();
    const { program } = trial.world;
    const validate = program.validate.bind(program);
    program.validate = async (home) =>
      home.includes('.perdure-try-') ? [`gateway.colour: not known in ${home}`] : await validate(home);
    const pids = JSON.stringify([...trial.world.processes]);
    const run = await trial.finished(await order(trial));
    expect([run.status, await faultsOf(trial, run.status)]).toEqual(['failed', []]);
    expect(JSON.stringify([...trial.world.processes])).toBe(pids);
    const [able] = await trial.store.list({ familyId: 'f' });
    expect(able?.problem).toContain(`would not take the settings of able: gateway.colour: not known in ${able?.home}`);
    expect(trial.disk.files().archives).toEqual([]);
  });

  it('is as it was where its service starts the release of before, which is well too', async () => {
    await using trial = await familyOf();
    trial.world.nature = 'of before';
    const run = await trial.finished(await order(trial));
    expect([run.status, await having(trial)]).toEqual(['failed', []]);
    expect(run.error?.message).toMatch(/runs OpenClaw 2026\.9\.6 and not 2026\.10\.1/);
  });

  it('is asked about its settings in a copy that has the plugin as it ships, and no secret', async () => {
    await using trial = await familyOf({ handles: ['able'] });
    const { program } = trial.world;
    const validate = program.validate.bind(program);
    const home = join(trial.accountHome, '.openclaw-able');
    mkdirSync(join(home, 'state'));
    writeFileSync(join(home, 'state', 'openclaw.sqlite'), 'state');
    const seen: string[] = [];
    program.validate = async (folder) => {
      if (folder === home) return await validate(folder);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
      seen.push(files.filter((path) => /^[^/]+$|index\.js/.test(path)).join(' '));
      const text = files.map((path) => (path.endsWith('json') ? readFileSync(join(folder, path), 'utf8') : '')).join();
      if (/canary/.test(text)) seen.push('a secret');
      if (text.includes(`${home}/`)) seen.push('a path of its home');
      return await validate(folder);
    };
    await trial.finished(await order(trial));
    expect(seen).toEqual(['extensions extensions/sesame/index.js logs openclaw.json secrets.json skills']);
  });

  it('is not upgraded by two at once, and a run of one alone moves that one', async () => {
    await using trial = await familyOf();
    const first = await order(trial);
    expect(await upgradeFamily(controlOf(trial), { familyId: 'f' })).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(`is being upgraded by run ${first}`) as string,
    });
    await trial.finished(first);
    expect(await upgradeFamily(controlOf(trial), { familyId: 'f' })).toMatchObject({ plan: { members: [] } });
  });

  it('has a member moved alone, by the run that changes it', async () => {
    await using trial = await familyOf();
    const outcome = await upgradeGateway(controlOf(trial), 'p-bert');
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    await trial.finished(outcome.gateway.runId ?? '');
    expect(await having(trial)).toEqual(['bert']);
    expect(await upgradeGateway(controlOf(trial), 'p-bert')).toMatchObject({ gateway: { status: 'ready' } });
  });

  it('ends where somebody else changes a member just then, and says so', async () => {
    let moved: unknown;
    // While the one before it is changed, which waits for this.
    const onAsk: TrialOptions['onAsk'] = async ({ step, principalId }) => {
      if (step !== 'check' || principalId !== 'p-able') return;
      moved ??= await trial.store.move('p-bert', { action: 'remove', runId: 'another', now: 1 });
    };
    await using trial = await familyOf({ onAsk });
    const run = await trial.finished(await order(trial));
    expect(moved).toMatchObject({ kind: 'gateway' });
    expect(run.error?.message).toMatch(/bert is remov(?:ing|ed)/);
    expect(await having(trial)).toEqual(['able']);
  });
});

describe.each(['before', 'after'] as const)('an upgrade of two, and %s', (side) => {
  const handles = ['able', 'bert'];

  it.each<[Fault['what'], string | undefined]>([
    ['refuses', undefined],
    ['dies', undefined],
    ['is away', 'bert'],
    ['dies', 'bert'],
  ])('any call of a neighbour that %s, nothing is half (sick: %s)', { timeout: 300_000 }, async (what, sick) => {
    const options = { handles, faultsOf: 'family', ...(sick !== undefined && { sick }) } as const;
    const { trial, from } = await upgraded(options);
    await using _ = trial;
    expect(trial.faults.calls - from.calls).toBeGreaterThan(5);
    const wrong: string[] = [];
    for (let at = from.calls + 1; at <= trial.faults.calls; at += 1) {
      const tried = await upgraded({ ...options, fault: { at, side, what } });
      await using _tried = tried.trial;
      const faults = await faultsOf(tried.trial, tried.run.status);
      wrong.push(...faults.map((fault) => `${at} ${tried.trial.faults.names[at - 1]}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });

  it.each(['worker dies', 'cancel'] as const)('at each step: %s', { timeout: 300_000 }, async (what) => {
    const { trial, from } = await upgraded({ handles });
    await using _ = trial;
    const wrong: string[] = [];
    for (let at = from.asked + 1; at <= trial.asked; at += 1) {
      const tried = await upgraded({ handles, asking: { at, side, what } });
      await using _tried = tried.trial;
      const faults = await faultsOf(tried.trial, tried.run.status);
      wrong.push(...faults.map((fault) => `${at}: ${fault}`));
      // The step that has begun goes on, so the run as cancelled as any other; it is told.
      if (tried.run.status === 'cancelled' && lastSaid(tried.trial)?.intent !== 'error') wrong.push(`${at}: not told`);
    }
    expect(wrong).toEqual([]);
  });
});

it('a member whose own run is cancelled is as it was, and the upgrade ends there', async () => {
  let isCancelled = false;
  await using trial = await familyOf({
    onAsk: async ({ job, step, runId: ofMember }, signal) => {
      if (job !== 'change-agent' || step !== 'start' || isCancelled) return;
      isCancelled = true;
      await trial.cancelAtStep(ofMember, signal);
    },
  });
  const runId = await order(trial);
  const run = await trial.finished(runId);
  expect([run.status, await faultsOf(trial, run.status)]).toEqual(['failed', []]);
  expect(await having(trial)).toEqual([]);
});
