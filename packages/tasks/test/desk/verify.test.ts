import { describe, expect, it } from 'vitest';
import { verify } from '../../src/desk/verify.ts';
import { check, create, openDesk, taskId, typesOf } from './support.ts';

describe('a check', () => {
  it('is run and recorded for the holder, under the name of the lease', async () => {
    const desk = await openDesk();
    const outcome = await verify(desk, await create(desk), check);
    expect(outcome).toMatchObject({ kind: 'recorded', evidence: { criterion: 1, by: 'ada', passed: true } });
    expect(desk.runs).toEqual([{ command: ['npm', 'test'], cwd: '/elsewhere', paths: [], timeoutMs: 1000 }]);
  });

  it('is not run for somebody else, on an older revision, or for a criterion that is not there', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const refusals = [
      await verify(desk, { name: 'bob' }, check),
      await verify(desk, { ...holder, revision: 1 }, check),
      await verify(desk, holder, { ...check, criterion: 2 }),
      await verify(desk, holder, { ...check, taskId: 'nowhere' }),
    ];
    const codes = refusals.map((outcome) => outcome.kind === 'refused' && outcome.code);
    expect(codes).toEqual(['lease_held', 'conflict', 'invalid_input', 'not_found']);
    expect(desk.runs).toEqual([]);
  });

  it('is recorded whatever was written while it ran', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const seen = { ...holder, revision: (await desk.store.get(taskId))?.revision };
    const run: typeof desk.evidence.run = async (request) => {
      const steer = { type: 'control', controlId: 'c', intent: 'steer', message: 'look', when: 'now' } as const;
      await desk.store.apply(taskId, steer, { now: desk.now(), actor: 'owner', revision: 'latest' });
      return await desk.evidence.run(request);
    };
    const outcome = await verify({ ...desk, evidence: { ...desk.evidence, run } }, seen, check);
    expect(outcome).toMatchObject({ kind: 'recorded', evidence: { passed: true } });
  });

  it('that may run in the folder of the task alone runs there or inside, and nowhere else', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const place = { within: 'task_folder', home: '/home/ada' } as const;
    await verify(desk, holder, { ...check, place });
    await verify(desk, holder, { ...check, place: { ...place, folder: 'packages/../docs' } });
    expect(desk.runs.map(({ cwd }) => cwd)).toEqual(['/projects/release', '/projects/release/docs']);
    for (const folder of ['..', '/etc', 'a/../../b']) {
      const outcome = await verify(desk, holder, { ...check, place: { ...place, folder } });
      expect(outcome, folder).toMatchObject({ kind: 'refused', code: 'invalid_input' });
    }
    expect(desk.runs).toHaveLength(2);
  });
});

describe('a baseline', () => {
  const baseline = { ...check, kind: 'baseline' } as const;

  it('is run on the files that were there when the task was made, and on no others', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    expect(await verify(desk, holder, baseline)).toMatchObject({ kind: 'recorded' });
    desk.edit();
    expect(await verify(desk, holder, baseline)).toMatchObject({ code: 'conflict', details: { reason: 'begun' } });
    expect(desk.runs).toHaveLength(1);
  });
});

describe('a word', () => {
  const word = { taskId, criterion: 1, kind: 'attest', statement: 'I saw it', home: '/home/ada' } as const;

  it('needs somebody whose it is: a name, or the lease', async () => {
    const desk = await openDesk();
    const { lease } = await create(desk);
    expect(await verify(desk, {}, word)).toEqual({ kind: 'nameless' });
    expect(await verify(desk, { lease: 'of another task' }, word)).toEqual({ kind: 'nameless' });
    expect(await typesOf(desk)).not.toContain('evidence_recorded');
    expect(await verify(desk, { lease }, word)).toMatchObject({ kind: 'recorded', evidence: { by: 'ada' } });
    expect(await verify(desk, { name: 'owner' }, word)).toMatchObject({ evidence: { by: 'owner' } });
  });

  it('is for the files of the check that it accepts, else for those of the project', async () => {
    const desk = await openDesk();
    const holder = await create(desk);
    const before = await verify(desk, { name: 'owner' }, word);
    expect(before).toMatchObject({ evidence: { cwd: '/projects/release', subject: { digest: 'files 0', paths: [] } } });
    await verify(desk, holder, { ...check, paths: ['a'] });
    const after = await verify(desk, { name: 'owner' }, word);
    expect(after).toMatchObject({ evidence: { cwd: '/elsewhere', subject: { paths: ['a'] } } });
  });

  it('is bound to nothing where nothing says which files there are', async () => {
    const desk = await openDesk();
    await verify(desk, await create(desk), { ...check, place: { within: 'anywhere', folder: '/unknown' } });
    const outcome = await verify(desk, { name: 'owner' }, word);
    expect(outcome).toMatchObject({ evidence: { cwd: '/projects/release' } });
  });
});
