import { laneDecisions, statusOfDecision } from '@perdure/contract';
import {
  boundaryAnswer,
  brief,
  checkLanes,
  classify,
  continueAnswer,
  gate,
  overdueLanes,
  renderBrief,
  standingOf,
  taskEventView,
  type TaskCommand,
} from '@perdure/tasks';
import { describe, expect, it } from 'vitest';
import { laneBrief } from '../../src/core/lane-brief.ts';
import {
  agent,
  by,
  control,
  hour,
  leaseOf,
  minute,
  newTask,
  refused,
  start,
  take,
  takeAll,
  typesOf,
} from './fixtures.ts';
import { assign, decideOn, ingest, laneIn, returnText } from './lane-support.ts';

const task = (fields: Parameters<typeof newTask>[0] = {}) =>
  newTask({ project: '/projects/release', execution_priority: 'time', ...fields });
const assigned = (lane = {}) => take(task(), assign('docs', lane)).task;
const returned = (changes: Partial<Record<string, string>> = {}) => take(assigned(), ingest(changes)).task;
const classOf = (changes: Partial<Record<string, string>>) => {
  const lane = laneIn(returned(changes));
  return lane && standingOf(lane).class;
};

const why = (before: ReturnType<typeof task>, now = start) =>
  take(before, ingest({ body: 'late' }), by({ now })).task.quarantine.map((one) => one.why);
const kinds = (before: ReturnType<typeof task>) => gate(before).map(({ kind }) => kind);
const byItself = (before: ReturnType<typeof task>, at = start) =>
  classify(before, { now: at, askFirst: false }).byItself;

describe('a lane', () => {
  it('is given with a goal, a role, a node and a deadline, and is at work', () => {
    const given = { owner: 'research', scope: 'The guide alone', write_targets: ['./docs/'], minutes: 30 } as const;
    const lane = laneIn(assigned(given));
    expect(lane).toMatchObject({ ...given, write_targets: ['docs'], node: 'start', status: 'assigned', line: 'docs' });
    expect(lane).toMatchObject({ next_role: 'research', controller_decision: 'pending', goal_status: 'partial' });
    expect(lane?.deadline).toBe(new Date(start + 30 * minute).toISOString());
  });

  it('may be given to a member of the hub: it is wanted with its round, and the next round is somebody’s', () => {
    const toScout = { ...assign('docs'), agent: 'scout' } as TaskCommand;
    const { task: given, events } = take(task(), toScout);
    expect(typesOf(events)).toEqual(['subtask_assigned', 'lane_agent_wanted']);
    const agentOf = (of: ReturnType<typeof task>) => laneIn(of)?.agent;
    expect(agentOf(given)).toMatchObject({ handle: 'scout', key: expect.stringContaining('/docs/') });
    expect(take(given, toScout).events).toEqual([]);
    expect(refused(given, assign('docs'))).toMatchObject({ code: 'conflict' });
    const back = take(given, ingest()).task;
    const again = take(back, toScout).task;
    expect(agentOf(again)?.handle).toBe('scout');
    expect(agentOf(again)?.key).not.toBe(agentOf(given)?.key);
    expect(agentOf(take(back, decideOn('dispatch')).task)).toBeUndefined();
    expect(agentOf(take(back, assign('docs')).task)).toBeUndefined();
  });

  it('is refused for a member where what it would be told is longer than a message, and for nobody else', () => {
    const long = assign('docs', { scope: 'x'.repeat(5_000), summary: '🙂'.repeat(4_000) });
    expect(refused(task(), { ...long, agent: 'scout' } as TaskCommand)).toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('a message may have 10000'),
    });
    expect(laneIn(take(task(), long).task)).toMatchObject({ status: 'assigned' });
  });

  it('is given by whoever holds the lease, on a task that runs, and by nobody else', () => {
    const held = newTask({}, leaseOf('ada'));
    expect(refused(held, assign())).toMatchObject({ code: 'lease_held' });
    const ours = take(held, assign(), agent('ada')).task;
    expect(refused(ours, decideOn('park'), by({ actor: 'bob' }))).toMatchObject({ code: 'lease_held' });
    expect(refused(take(task(), control('pause')).task, assign())).toMatchObject({ code: 'conflict' });
  });

  it('that is given again as it is changes nothing, and at work is given to no second worker', () => {
    const before = assigned();
    expect(take(before, assign()).events).toEqual([]);
    expect(take(before, { type: 'assign_lane', line: 'docs', lane: {} }).events).toEqual([]);
    expect(refused(before, assign('docs', { goal: 'Another' })).message).toContain('is at work at node start');
    const parked = take(before, decideOn('park')).task;
    expect(laneIn(take(parked, assign('docs', { goal: 'Another' })).task)).toMatchObject({ goal: 'Another' });
  });

  it('needs a name and a goal', () => {
    expect(refused(task(), assign('a b'))).toMatchObject({ code: 'invalid_input' });
    expect(refused(task(), assign('docs', { goal: ' ' }))).toMatchObject({ code: 'invalid_input' });
  });

  it('is one of three at once where time is to be saved, and the only one where tokens are', () => {
    const [fast, thrifty] = [task(), task({ execution_priority: 'tokens' })].map((one) => take(one, assign('a')).task);
    expect(take(fast!, assign('b')).task.lanes).toHaveLength(2);
    expect(refused(thrifty!, assign('b'))).toMatchObject({ code: 'conflict', details: { max_parallel: 1 } });
    expect(take(task({ execution_priority: 'tokens', max_parallel: 2 }), assign('a')).task.max_parallel).toBe(2);
  });

  it('is one of at most max_parallel at once, which the task says', () => {
    const full = takeAll(
      task(),
      ['a', 'b', 'c'].map((line) => assign(line)),
    );
    expect(refused(full, assign('d'))).toMatchObject({ code: 'conflict', details: { max_parallel: 3 } });
    const wider = take(full, { type: 'update', changes: { max_parallel: 4 } }).task;
    expect(take(wider, assign('d')).task.lanes).toHaveLength(4);
    const over = take(full, { type: 'decide_lane', line: 'a', decision: 'park' }).task;
    const again = take(over, assign('d')).task;
    expect(refused(again, { type: 'decide_lane', line: 'a', decision: 'dispatch' })).toMatchObject({
      code: 'conflict',
    });
  });

  it('writes nowhere where another does, unless it is said how the two keep apart', () => {
    const one = assigned({ write_targets: ['docs/**'] });
    expect(refused(one, assign('b', { write_targets: ['docs/guide.md'] })).message).toContain('Lane docs writes to');
    expect(take(one, assign('b', { write_targets: ['src'] })).task.lanes).toHaveLength(2);
    const stated = assign('b', { write_targets: ['docs/guide.md'], coordination: 'b edits the guide alone' });
    expect(take(one, stated).task.lanes).toHaveLength(2);
    expect(refused(task(), assign('b', { write_targets: ['../x'] })).message).toContain('out of the project');
  });

  it('that has expired keeps its places: its worker may still be there', () => {
    const late = by({ now: start + 2 * hour });
    const expired = take(assigned({ write_targets: ['docs'] }), { type: 'expire_lanes' }, late).task;
    expect(refused(expired, assign('b', { write_targets: ['docs'] }), late)).toMatchObject({ code: 'conflict' });
  });
});

describe('what a worker returns', () => {
  it('gives its lane the tag as status and waits for a decision', () => {
    expect(laneIn(returned())).toMatchObject({
      status: 'autopilot',
      goal_status: 'partial',
      next_role: 'worker',
      controller_decision: 'pending',
      last_return_tag: 'autopilot',
      last_return_seq: 3,
    });
  });

  it('stands once in the log, and not in the task', () => {
    const { task: after, events } = take(assigned(), ingest());
    expect(JSON.stringify(after)).not.toContain('First half');
    expect(JSON.stringify(events).match(/First half/g)).toHaveLength(1);
  });

  it('needs no lease: it counts because its lane is at work at the node it names', () => {
    const held = take(newTask({}, leaseOf('ada')), assign(), agent('ada')).task;
    expect(laneIn(take(held, ingest(), by({ actor: 'worker' })).task)?.status).toBe('autopilot');
  });

  it('44: again is a no-op, also after the controller has decided', () => {
    const once = returned();
    expect(take(once, ingest()).events).toEqual([]);
    const dispatched = take(once, decideOn('dispatch', { node: 'two' })).task;
    expect(take(dispatched, ingest()).events).toEqual([]);
  });

  it('39: for another task is refused, and nothing is written', () => {
    expect(refused(assigned(), ingest({ task_id: 'other' }))).toMatchObject({ code: 'invalid_input' });
  });

  it.each([
    ['unknown_line', { line: 'nobody' }],
    ['other_node', { node: 'two' }],
  ])('is kept apart as %s, shown, and not applied', (why, changes) => {
    const before = assigned();
    const { task: after, events } = take(before, ingest(changes));
    expect(typesOf(events)).toEqual(['return_quarantined']);
    expect(after.lanes).toEqual(before.lanes);
    expect(after.quarantine).toMatchObject([{ id: 'r1', why, ...changes }]);
    expect(take(after, ingest(changes, 'r2')).events).toEqual([]);
    expect(boundaryAnswer(after, []).quarantined).toBe(1);
  });

  it('is kept apart where its lane was decided on, had expired or the task was closed meanwhile', () => {
    expect(why(take(assigned(), decideOn('park')).task)).toEqual(['not_at_work']);
    expect(why(returned())).toEqual(['not_at_work']);
    expect(why(assigned(), start + hour)).toEqual(['expired']);
    expect(why(take(assigned(), { type: 'fail', reason: 'over' }).task)).toEqual(['task_closed']);
  });

  it('that comes late marks its lane as expired too', () => {
    const { task: after, events } = take(assigned(), ingest(), by({ now: start + hour }));
    expect(typesOf(events)).toEqual(['lane_expired', 'return_quarantined']);
    expect(laneIn(after)?.status).toBe('expired');
  });

  it('counts after all where a controller adopts it, and is known when it comes again', () => {
    const late = by({ now: start + hour });
    const kept = take(assigned(), ingest(), late).task;
    const { task: after } = take(kept, { type: 'settle_return', id: 'r1', how: 'adopted' }, late);
    expect(laneIn(after)).toMatchObject({ status: 'autopilot', last_return_seq: 4 });
    expect(after.quarantine).toEqual([]);
    expect(take(after, ingest({}, 'r2'), late).events).toEqual([]);
    const dropped = take(kept, { type: 'settle_return', id: 'r1', how: 'dropped' }, late).task;
    expect([dropped.quarantine, laneIn(dropped)?.status]).toEqual([[], 'expired']);
    expect(take(dropped, ingest({}, 'r2'), late).events).toEqual([]);
  });

  it('is adopted with the lease alone, and never over a worker at the same lane', () => {
    const held = take(newTask({}, leaseOf('ada')), assign(), agent('ada')).task;
    const kept = take(held, ingest({ node: 'two' })).task;
    const adopt = { type: 'settle_return', id: 'r1', how: 'adopted' } as const;
    expect(refused(kept, adopt)).toMatchObject({ code: 'lease_held' });
    expect(refused(kept, adopt, agent('ada')).message).toContain('is at work at node start');
  });

  it('fills the quarantine only so far', () => {
    const commands = Array.from({ length: 50 }, (_, n) => ingest({ line: 'x', body: String(n) }, `r${n}`));
    const full = takeAll(task(), commands);
    expect(refused(full, ingest({ line: 'x', body: 'one more' })).message).toContain('quarantine already');
  });

  it('makes its worker one who did the work: it accepts none of it', () => {
    const after = take(assigned(), ingest(), by({ actor: 'worker-7' })).task;
    expect(after.workers).toContain('worker-7');
  });
});

describe('a decision', () => {
  it.each(laneDecisions)('%s implies a status, and another is refused', (decision) => {
    const before = returned({ goal_status: 'complete' });
    const after = laneIn(take(before, decideOn(decision)).task);
    expect(after).toMatchObject({ status: statusOfDecision[decision], controller_decision: decision });
    expect(refused(before, decideOn(decision, { status: 'expired' }))).toMatchObject({ code: 'invalid_input' });
    expect(laneIn(take(before, decideOn(decision, { status: statusOfDecision[decision] })).task)).toEqual(after);
  });

  it('to dispatch begins a round with a deadline of its own', () => {
    const later = by({ now: start + 30 * minute });
    const after = laneIn(take(returned(), decideOn('dispatch', { node: 'two' }), later).task);
    expect(after).toMatchObject({ node: 'two', deadline: new Date(start + 90 * minute).toISOString() });
  });

  it('to complete needs a return that says so, or a reason', () => {
    expect(refused(returned(), decideOn('complete'))).toMatchObject({ code: 'conflict' });
    const done = take(returned(), decideOn('complete', { note: 'I did the rest' })).task;
    expect(laneIn(done)).toMatchObject({ status: 'done', controller_note: 'I did the rest' });
  });

  it('on a delivery that nothing proves is no completion before somebody says where it can be seen', () => {
    const claim = { tag: 'done', goal_status: 'complete', next_role: 'none', body: 'Completed\nPublished the package' };
    const before = returned(claim);
    expect(classOf(claim)).toBe('attention');
    expect(gate(before)).toMatchObject([
      { kind: 'lane', id: 'docs', message: expect.stringContaining('proof') as string },
    ]);
    expect(refused(before, decideOn('complete', { note: 'fine' })).message).toContain('--proof');
    const seen = take(before, decideOn('complete', { proof: 'npm view shows 2.0.0' })).task;
    expect([checkLanes(seen).resolved.length, gate(seen)]).toEqual([1, []]);
    const proved = { ...claim, body: 'Completed\nPublished at https://registry.example.org/p/2.0.0' };
    expect(classOf(proved)).toBe('resolved');
  });

  it.each([
    ['its next round', decideOn('dispatch')],
    ['giving it anew', assign()],
  ])('a delivery that nothing proves is not forgotten over %s, however well that ends', (_name, next) => {
    const claim = { tag: 'done', next_role: 'none', body: 'Completed\nPublished the package' };
    const again = take(returned(claim), next).task;
    const after = take(again, ingest({ ...claim, goal_status: 'complete', body: 'Completed\nThe rest' }, 'r2')).task;
    expect(refused(after, decideOn('complete')).message).toContain('Published the package');
    expect(gate(after)).toMatchObject([{ kind: 'lane', id: 'docs' }]);
    // What the controller did not accept, or has seen, is asked for no more.
    const parked = take(take(returned(claim), decideOn('park')).task, next).task;
    const seen = take(returned(claim), decideOn('dispatch', { proof: 'npm view shows it' })).task;
    expect([laneIn(parked)?.deliveries, laneIn(take(seen, ingest({}, 'r2')).task)?.deliveries]).toEqual([[], []]);
  });
});

describe('a check', () => {
  it('38: lists an autopilot return with a next role under attention', () => {
    const found = checkLanes(returned());
    expect(found).toMatchObject({ ok: true, attention: [{ lane: { line: 'docs' } }], dropped: [] });
  });

  it.each(['done', 'idle', 'blocked', 'need_user'])('41: calls %s resolved', (tag) => {
    expect(classOf({ tag, next_role: 'none', goal_status: 'complete' })).toBe('resolved');
  });

  it.each(['autopilot', 'handoff'])(
    '42: calls %s with no next role dropped, decided on or not, and is not ok',
    (tag) => {
      const dropped = returned({ tag, next_role: 'none' });
      expect(checkLanes(dropped)).toMatchObject({ ok: false, dropped: [{ lane: { line: 'docs' } }] });
      expect(checkLanes(take(dropped, decideOn('verify', { nextRole: 'none' })).task).ok).toBe(false);
      expect(checkLanes(take(dropped, decideOn('dispatch')).task).ok).toBe(true);
    },
  );

  it('calls decided lines active, and one whose time is over attention before anybody noted it', () => {
    expect(checkLanes(take(returned(), decideOn('verify')).task).active).toHaveLength(1);
    expect(checkLanes(assigned(), start + minute).active).toHaveLength(1);
    expect(checkLanes(assigned(), start + hour).attention).toHaveLength(1);
  });
});

describe('a deadline', () => {
  it('that has passed is noted once, by anybody, and makes the lane one to decide on', () => {
    const held = take(newTask({}, leaseOf('ada')), assign(), agent('ada')).task;
    const late = by({ now: start + hour, actor: 'sweep' });
    expect(overdueLanes(held, start + hour)).toHaveLength(1);
    expect(take(held, { type: 'expire_lanes' }, by({ now: start + minute })).events).toEqual([]);
    const { task: after, events } = take(held, { type: 'expire_lanes' }, late);
    expect(typesOf(events)).toEqual(['lane_expired']);
    expect(checkLanes(after).attention).toHaveLength(1);
    expect(take(after, { type: 'expire_lanes' }, late).events).toEqual([]);
    expect(laneIn(take(after, decideOn('dispatch'), agent('ada', { now: start + hour })).task)?.status).toBe(
      'assigned',
    );
  });

  it('is noted by a boundary and by a continue as well', () => {
    const late = by({ now: start + hour, actor: 'eve' });
    expect(typesOf(take(assigned(), { type: 'boundary' }, late).events)).toContain('lane_expired');
    const command = { type: 'continue', lease: leaseOf('eve'), takeOver: true, wakes: [] } as const;
    expect(typesOf(take(assigned(), command, late).events)).toContain('lane_expired');
  });
});

describe('the task', () => {
  const now = start;

  it('is not completed while a lane is open, and is where each was done or put aside', () => {
    expect(kinds(assigned())).toEqual(['lane']);
    for (const tag of ['autopilot', 'handoff', 'idle', 'blocked', 'need_user']) {
      expect(kinds(returned({ tag }))).toEqual(['lane']);
    }
    expect(refused(returned(), { type: 'complete' })).toMatchObject({ code: 'gate_open' });
    expect(kinds(returned({ tag: 'done', goal_status: 'complete', next_role: 'none' }))).toEqual([]);
    expect(kinds(returned({ tag: 'done', goal_status: 'partial' }))).toEqual(['lane']);
    expect(kinds(take(returned({ tag: 'blocked' }), decideOn('park')).task)).toEqual([]);
  });

  it('6: asks for a decision where a worker has returned, and whoever continues gets to make it', () => {
    const before = returned();
    const found = classify(before, { now, askFirst: false });
    expect(found).toMatchObject({ class: 'needs_attention', action: 'controller_decision_needed', byItself: true });
    const command = { type: 'continue', lease: leaseOf('eve'), takeOver: false, wakes: [] } as const;
    const { task: after } = take(before, command);
    const options = { now, tokenHash: 'token-eve', askFirst: false, wakes: [] };
    expect(continueAnswer(before, after, options)).toMatchObject({ goesOn: true });
    expect(renderBrief(brief(after, { now, recent: [] }))).toContain('- decide: docs (autopilot waits for a decision');
  });

  it('8: leaves a decision that is the main role’s or a person’s to one, and what is old too', () => {
    expect(byItself(returned({ next_role: 'main' }))).toBe(false);
    expect(byItself(returned({ next_role: 'user' }))).toBe(false);
    expect(byItself(returned(), start + 25 * hour)).toBe(false);
  });

  it('11: goes on beside a lane at work, and keeps its next step', () => {
    const before = take(assigned(), { type: 'update', changes: { next_step: 'merge both halves' } }).task;
    expect(classify(before, { now, askFirst: false }).action).toBe('resume_active_line');
    const command = { type: 'continue', lease: leaseOf('eve'), takeOver: false, wakes: [] } as const;
    expect(take(before, command).task.next_step).toBe('merge both halves');
  });

  it('repairs a dropped line before anything else, and not by itself', () => {
    const before = take(returned({ next_role: 'none' }), control('pause', { when: 'boundary' })).task;
    const found = classify(before, { now, askFirst: false });
    expect(found).toMatchObject({ action: 'repair_orchestration_line', byItself: false });
    expect(found.reasons.join()).toContain('docs');
  });

  it('is told of waiting lanes at each boundary', () => {
    const { task: after, events } = take(returned(), { type: 'boundary' });
    expect(boundaryAnswer(after, events).lanes).toMatchObject([{ line: 'docs', class: 'attention' }]);
  });
});

describe('a brief for a worker', () => {
  const told = laneBrief(
    assigned({ scope: 'Not the API', write_targets: ['docs/guide.md'], summary: 'Half is there' }),
    laneIn(assigned({ scope: 'Not the API', write_targets: ['docs/guide.md'], summary: 'Half is there' })) ?? fail(),
  );

  it('46: has all six headers and all six items, by the names of the original', () => {
    for (const name of ['tag', 'task_id', 'line', 'node', 'goal_status', 'next_role']) {
      expect(told).toMatch(new RegExp(`^${name}: `, 'm'));
    }
    const items = ['Goal', 'Completed', 'Changed artifacts/files', 'Current status', 'Next step', 'Risk'];
    expect(told).toContain(items.map((item, index) => `${index + 1}. ${item}`).join('\n'));
    for (const heading of [
      'Worker goal',
      'Task title',
      'Task phase',
      'Line summary',
      'Current next step from controller',
    ]) {
      expect(told).toMatch(new RegExp(`^${heading}:$`, 'm'));
    }
  });

  it('has what it needs to do this line and no other', () => {
    for (const text of [
      'Not the API',
      '- docs/guide.md',
      'Half is there',
      '/projects/release',
      'lane ingest release-1',
    ]) {
      expect(told).toContain(text);
    }
  });
});

it('an event of a lane is shown to programs as it is', () => {
  const { events } = take(assigned(), ingest());
  const [event] = events.map((one) => taskEventView({ ...one, seq: 3, at: start, actor: 'x' }));
  expect(event?.data).toMatchObject({
    line: 'docs',
    tag: 'autopilot',
    body: expect.stringContaining('First half') as string,
  });
  expect(returnText()).toContain('First half');
});

function fail(): never {
  throw new Error('no lane');
}
