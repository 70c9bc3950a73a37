import { acceptancePolicies } from '@perdure/contract';
import { criterionProblem, evolve, gate, isForced, isMetFailing, taskSummary, type TaskCommand } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import {
  agent,
  by,
  control,
  evidence,
  leaseOf,
  minute,
  newTask,
  refused,
  stamped,
  start,
  take,
  takeAll,
} from './fixtures.ts';

const criteria = { done_criteria: ['tests pass'] };
const complete = { type: 'complete' } as const;
const update = (changes: Extract<TaskCommand, { type: 'update' }>['changes']): TaskCommand => ({
  type: 'update',
  changes,
});
const word = (id: string): TaskCommand => evidence({ id, kind: 'attest', statement: 'I looked' });

describe('the completion gate', () => {
  it('scenario 61: is passed before a task is completed, and names all that is missing', () => {
    const task = takeAll(
      newTask({ ...criteria, milestones: [{ id: 'm1', title: 'M', status: 'running', percent: 5 }] }),
      [{ type: 'start_action', actionId: 'send', summary: 'mail' }, control('note', { when: 'boundary' })],
    );
    const refusal = refused(task, complete);
    expect(refusal.code).toBe('gate_open');
    expect(refusal.details?.['gaps']).toMatchObject([
      { kind: 'criterion', criterion: 1, problem: 'no_evidence' },
      { kind: 'milestone', id: 'm1' },
      { kind: 'action', id: 'send' },
      { kind: 'control', id: 'c-note' },
    ]);
  });

  it('lets a task through whose criteria were checked and whose milestones are done or dropped with a reason', () => {
    const task = takeAll(newTask(criteria), [
      { type: 'milestone', id: 'm1', changes: { title: 'M1', status: 'done' } },
      { type: 'milestone', id: 'm2', changes: { title: 'M2', status: 'dropped', reason: 'not needed' } },
      evidence({ id: 'e1' }),
    ]);
    expect(take(task, complete).task.desired_state).toBe('completed');
    expect(take(task, { ...complete, override: 'not needed' }).task.override).toBeNull();
  });

  it('is closed by words that nobody who works was told, until a boundary tells them', () => {
    const steered = take(newTask({}, leaseOf('ada')), control('steer')).task;
    expect(refused(steered, complete, agent('ada')).details?.['gaps']).toMatchObject([
      { kind: 'control', id: 'c-steer' },
    ]);
    const told = take(steered, { type: 'boundary' }, agent('ada')).task;
    expect(take(told, complete, agent('ada')).task.desired_state).toBe('completed');
  });

  it('names as who forced it whom the log names, and not what the holder of the lease calls itself', () => {
    const task = newTask(criteria, leaseOf('ada'));
    const forced = take(task, { ...complete, override: 'demo' }, agent('ada', { actor: 'shell@host:7' })).task;
    expect(forced.override?.by).toBe('ada');
  });

  it('knows no second agent in whoever says no name', () => {
    const task = take(
      newTask({ ...criteria, acceptance: 'second-agent' }, leaseOf('ada')),
      word('w'),
      by({ actor: 'mcp' }),
    );
    expect(criterionProblem(task.task, 1)).toBe('not_accepted');
    expect(criterionProblem(take(task.task, word('v'), by({ actor: 'bob' })).task, 1)).toBeUndefined();
  });

  it('is not passed by an override without a reason', () => {
    expect(refused(newTask(criteria), { ...complete, override: ' ' }).code).toBe('gate_open');
  });

  it('does not accept a milestone that was dropped without a reason', () => {
    const command = { type: 'milestone', id: 'm1', changes: { title: 'M1', status: 'dropped' } } as const;
    expect(refused(newTask(), command).code).toBe('invalid_input');
  });

  it('counts the last check of a criterion and no older one', () => {
    const failed = takeAll(newTask(criteria), [evidence({ id: 'e1' }), evidence({ id: 'e2', passed: false })]);
    expect(criterionProblem(failed, 1)).toBe('failed');
    expect(gate(take(failed, evidence({ id: 'e3' })).task)).toEqual([]);
  });

  it('does not count void evidence', () => {
    const task = takeAll(newTask(criteria), [
      evidence({ id: 'e1' }),
      { type: 'void_evidence', evidenceIds: ['e1', 'e9'] },
    ]);
    expect(criterionProblem(task, 1)).toBe('void');
    expect(take(task, { type: 'void_evidence', evidenceIds: ['e1'] }).events).toEqual([]);
  });

  it('does not count evidence of a sentence that was changed, and follows one that only moved', () => {
    const task = take(newTask(criteria), evidence({ id: 'e1' })).task;
    const moved = take(task, { type: 'update', changes: { done_criteria: ['docs written', 'tests pass'] } }).task;
    expect([criterionProblem(moved, 1), criterionProblem(moved, 2)]).toEqual(['no_evidence', undefined]);
    const changed = take(task, { type: 'update', changes: { done_criteria: ['tests pass twice'] } }).task;
    expect(criterionProblem(changed, 1)).toBe('no_evidence');
  });

  it('refuses evidence of a criterion that does not exist, and the same evidence again', () => {
    expect(refused(newTask(criteria), evidence({ id: 'e1', criterion: 2 })).code).toBe('invalid_input');
    expect(refused(newTask(criteria), evidence({ id: 'e1', criterion: 0 })).code).toBe('invalid_input');
    expect(refused(take(newTask(criteria), evidence({ id: 'e1' })).task, evidence({ id: 'e1' })).code).toBe('conflict');
  });
});

describe('a check that failed before the work began', () => {
  const output = { passed: false, exit_code: 1, output_digest: 'd1', command: ['npm', 'test'] };
  const task = takeAll(newTask(criteria), [
    evidence({ id: 'b', kind: 'baseline', criterion: 0, ...output }),
    evidence({ id: 'e1', ...output }),
  ]);

  it('needs somebody’s word that this is right', () => {
    expect(criterionProblem(task, 1)).toBe('failed_before');
    expect(criterionProblem(take(task, word('e2')).task, 1)).toBeUndefined();
  });

  it('is none if it fails otherwise now, and then a word is not enough', () => {
    const other = takeAll(task, [evidence({ id: 'e3', ...output, output_digest: 'd2' }), word('e4')]);
    expect(criterionProblem(other, 1)).toBe('failed');
  });

  it('cannot be made one once work is recorded', () => {
    const begun = take(newTask(criteria), { type: 'progress', message: 'half' }).task;
    expect(refused(begun, evidence({ id: 'b', kind: 'baseline', ...output })).code).toBe('conflict');
  });

  it('is said to be accepted as failing', () => {
    expect(isMetFailing(task, 1)).toBe(false);
    expect(isMetFailing(take(task, word('e2')).task, 1)).toBe(true);
  });

  it('cannot be made one afterwards, by a baseline that is run after the check', () => {
    const late = take(newTask(criteria), evidence({ id: 'e1', ...output })).task;
    const baseline = (criterion: number) => evidence({ id: 'b', kind: 'baseline', criterion, ...output });
    expect(refused(late, baseline(0)).code).toBe('conflict');
    expect(refused(late, baseline(1)).code).toBe('conflict');
  });

  it('is not waived by a word that is older than it', () => {
    const later = takeAll(task, [word('e2'), evidence({ id: 'e3', ...output })]);
    expect(criterionProblem(later, 1)).toBe('failed_before');
  });
});

describe('whose word counts', () => {
  it('auto: nobody’s', () => {
    expect(criterionProblem(take(newTask(criteria), word('e1')).task, 1)).toBe('not_accepted');
  });

  it('human: that of a person, with or without a check', () => {
    const task = newTask({ ...criteria, acceptance: 'human' });
    const checked = take(task, evidence({ id: 'e1' })).task;
    expect(criterionProblem(checked, 1)).toBe('not_accepted');
    expect(criterionProblem(take(checked, word('e2'), by({ actor: 'ada' })).task, 1)).toBe('not_accepted');
    expect(criterionProblem(take(checked, word('e2')).task, 1)).toBeUndefined();
    expect(criterionProblem(take(task, word('e2'), by({ actor: 'human:eve' })).task, 1)).toBeUndefined();
  });

  it('human: a person waives a failed check, but not one that fails after the word', () => {
    const task = newTask({ ...criteria, acceptance: 'human' });
    const waived = takeAll(task, [evidence({ id: 'e1', passed: false }), word('e2')]);
    expect(criterionProblem(waived, 1)).toBeUndefined();
    expect(criterionProblem(take(waived, evidence({ id: 'e3', passed: false })).task, 1)).toBe('failed');
  });

  it('second-agent: not that of the worker, whatever it calls itself', () => {
    const task = newTask({ ...criteria, acceptance: 'second-agent' }, leaseOf('ada'));
    const own = take(task, word('e1'), agent('ada', { actor: 'bob' })).task;
    expect(own.evidence[0]?.by).toBe('ada');
    expect(criterionProblem(own, 1)).toBe('not_accepted');
    expect(criterionProblem(take(own, word('e2'), by({ actor: 'bob' })).task, 1)).toBeUndefined();
  });

  it('falls with the files that were accepted, and waives no check that is void since', () => {
    const subject = { kind: 'git', digest: 'd1', paths: [] } as const;
    const accepts = (id: string) => evidence({ id, kind: 'attest', subject: { ...subject, paths: [] } });
    for (const acceptance of ['human', 'second-agent'] as const) {
      const task = newTask({ ...criteria, acceptance }, leaseOf('ada'));
      const checked = take(task, evidence({ id: 'c' }), agent('ada')).task;
      const accepted = take(checked, accepts('w')).task;
      expect(criterionProblem(accepted, 1)).toBeUndefined();
      const edited = take(accepted, { type: 'void_evidence', evidenceIds: ['c', 'w'] }, agent('ada')).task;
      expect(criterionProblem(edited, 1)).toBe('void');
      const rerun = take(edited, evidence({ id: 'c2' }), agent('ada')).task;
      expect(criterionProblem(rerun, 1)).toBe('word_void');
      expect(criterionProblem(take(rerun, accepts('w2')).task, 1)).toBeUndefined();
      // A word that is bound to no files says nothing about those of a void check, nor of a later one.
      const unbound = take(checked, word('u')).task;
      expect(criterionProblem(unbound, 1)).toBeUndefined();
      const gone = take(unbound, { type: 'void_evidence', evidenceIds: ['c'] }, agent('ada')).task;
      expect(criterionProblem(gone, 1)).toBe('void');
      expect(criterionProblem(take(unbound, evidence({ id: 'c3' }), agent('ada')).task, 1)).toBe('not_accepted');
    }
  });

  it('second-agent: nobody’s who ever held the lease, before the word or after it', () => {
    const task = newTask({ ...criteria, acceptance: 'second-agent' }, leaseOf('ada'));
    const own = takeAll(task, [word('w'), { type: 'release_lease' }], agent('ada'));
    const next = take(own, { type: 'take_lease', lease: leaseOf('bob'), takeOver: false }, by({ actor: 'bob' })).task;
    expect(next.workers).toEqual(['ada', 'bob']);
    expect(criterionProblem(next, 1)).toBe('not_accepted');
    const reviewed = take(next, word('v'), by({ actor: 'eve' })).task;
    expect(criterionProblem(reviewed, 1)).toBeUndefined();
    const handed = take(reviewed, { type: 'release_lease' }, agent('bob')).task;
    const worker = take(handed, { type: 'take_lease', lease: leaseOf('eve'), takeOver: false }, by({ actor: 'eve' }));
    expect(criterionProblem(worker.task, 1)).toBe('not_accepted');
  });

  it('second-agent: nobody’s who worked without a lease, nor of a token of an ended one under another name', () => {
    const task = newTask({ ...criteria, acceptance: 'second-agent' });
    const worked = takeAll(task, [{ type: 'progress', message: 'half' }, word('w')], by({ actor: 'ada' }));
    expect(criterionProblem(worked, 1)).toBe('not_accepted');
    const released = take(newTask(criteria, leaseOf('ada')), { type: 'release_lease' }, agent('ada')).task;
    expect(refused(released, word('w'), agent('ada', { actor: 'owner' })).code).toBe('lease_held');
  });

  it('nobody’s that came with an import, whatever it says of itself', () => {
    const given = take(newTask({ ...criteria, acceptance: 'human' }), word('w')).task;
    expect(given.evidence[0]).not.toHaveProperty('imported');
    const [imported] = stamped([{ type: 'task_imported', data: { task: given, from: '/old' } }], 0, by());
    if (imported === undefined) throw new Error('nothing was stamped');
    const task = evolve(undefined, imported);
    expect(task.evidence[0]).toMatchObject({ by: 'owner', imported: true });
    expect(criterionProblem(task, 1)).toBe('not_accepted');
    expect(criterionProblem({ ...task, acceptance: 'second-agent' }, 1)).toBe('not_accepted');
  });

  it('that of the lease, not of the name: its holder calling itself the owner is still its holder', () => {
    const task = newTask({ ...criteria, acceptance: 'human' }, leaseOf('ada'));
    const asOwner = agent('ada', { actor: 'owner' });
    expect(refused(task, { type: 'update', changes: { acceptance: 'auto' } }, asOwner).code).toBe('conflict');
    expect(take(task, { ...complete, override: 'the boss said so' }, asOwner).task.override?.by).toBe('ada');
    expect(take(task, word('w'), asOwner).task.evidence[0]?.by).toBe('ada');
    expect(take(task, control('steer'), asOwner).task.steering[0]?.by).toBe('ada');
  });

  it('second-agent: not that of whoever ran the checks, nor against a check that failed', () => {
    const task = newTask({ ...criteria, acceptance: 'second-agent' });
    const ada = by({ actor: 'ada' });
    const checked = takeAll(task, [evidence({ id: 'e1', passed: false }), word('e2')], ada);
    expect(criterionProblem(checked, 1)).toBe('failed');
    expect(criterionProblem(take(checked, word('e3'), by({ actor: 'bob' })).task, 1)).toBe('failed');
  });

  it('a worker may add criteria and ask for more acceptance, but neither drop, reword nor loosen, under any policy', () => {
    const ada = by({ actor: 'ada' });
    for (const acceptance of acceptancePolicies) {
      const task = newTask({ ...criteria, acceptance });
      expect(take(task, update({ done_criteria: ['tests pass', 'docs'] }), ada).events).toHaveLength(1);
      expect(refused(task, update({ done_criteria: [] }), ada).code).toBe('conflict');
      expect(refused(task, update({ done_criteria: ['trivial'] }), ada).code).toBe('conflict');
    }
    expect(take(newTask(criteria), update({ acceptance: 'human' }), ada).task.acceptance).toBe('human');
    const human = newTask({ ...criteria, acceptance: 'human' });
    expect(refused(human, update({ acceptance: 'auto' }), ada).code).toBe('conflict');
    expect(take(human, update({ acceptance: 'auto' })).task.acceptance).toBe('auto');
  });

  it('a person may while somebody is at work, and what they took back stays to be seen until it counts again', () => {
    const task = newTask(criteria, leaseOf('ada'));
    const loosened = take(task, update({ done_criteria: ['trivial'] })).task;
    expect(loosened.dropped_criteria).toMatchObject([{ text: 'tests pass', by: 'owner' }]);
    expect(take(loosened, update({ done_criteria: ['trivial', 'tests pass'] })).task.dropped_criteria).toEqual([]);
  });
});

describe('a task without done criteria', () => {
  it('is accepted by nobody where somebody has to', () => {
    expect(gate(newTask())).toEqual([]);
    expect(gate(newTask({ acceptance: 'human' }))).toMatchObject([{ kind: 'no_criteria' }]);
  });
});

describe('an override', () => {
  it('stays for ever, and is not that of a later completion that needed none', () => {
    const forced = take(newTask(criteria), { ...complete, override: 'demo' }).task;
    expect(isForced(forced)).toBe(true);
    const reopened = take(forced, { type: 'reopen', reason: 'for real' }).task;
    const later = by({ now: start + minute });
    const honest = takeAll(reopened, [evidence({ id: 'e' }), complete], later);
    expect([isForced(honest), honest.override?.reason]).toEqual([false, 'demo']);
    expect(taskSummary(honest, start)).toMatchObject({ override: { reason: 'demo' }, criteria: 1 });
  });

  it('is recorded also where all that is missing could only not be compared just now', () => {
    const task = take(newTask(criteria), evidence({ id: 'e' })).task;
    const uncompared = [{ id: 'e', why: 'Git is not installed' }];
    expect(refused(task, { ...complete, uncompared }).message).toContain('cannot be compared with its files now: Git');
    expect(take(task, { ...complete, uncompared, override: 'demo' }).task.override?.reason).toBe('demo');
  });
});

describe('a check during which its files changed', () => {
  it('is recorded as void', () => {
    const task = take(newTask(criteria), evidence({ id: 'e', files_changed: true })).task;
    expect(criterionProblem(task, 1)).toBe('void');
    expect(gate(task)[0]?.message).toBe('criterion 1 has a check during which its files changed');
  });
});
