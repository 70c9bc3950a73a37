import { criterionProblem, gate, type TaskCommand } from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import { agent, by, control, evidence, leaseOf, newTask, refused, take, takeAll } from './fixtures.ts';

const criteria = { done_criteria: ['tests pass'] };
const complete = { type: 'complete' } as const;
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

  it('second-agent: not that of whoever ran the checks, nor against a check that failed', () => {
    const task = newTask({ ...criteria, acceptance: 'second-agent' });
    const ada = by({ actor: 'ada' });
    const checked = takeAll(task, [evidence({ id: 'e1', passed: false }), word('e2')], ada);
    expect(criterionProblem(checked, 1)).toBe('failed');
    expect(criterionProblem(take(checked, word('e3'), by({ actor: 'bob' })).task, 1)).toBe('failed');
  });

  it('where another accepts the work, the worker may add criteria but neither drop one nor change the policy', () => {
    const task = newTask({ ...criteria, acceptance: 'human' });
    const ada = by({ actor: 'ada' });
    expect(take(task, { type: 'update', changes: { done_criteria: ['tests pass', 'docs'] } }, ada).events).toHaveLength(
      1,
    );
    expect(refused(task, { type: 'update', changes: { done_criteria: [] } }, ada).code).toBe('conflict');
    expect(refused(task, { type: 'update', changes: { acceptance: 'auto' } }, ada).code).toBe('conflict');
    expect(take(task, { type: 'update', changes: { acceptance: 'auto' } }).task.acceptance).toBe('auto');
  });
});
