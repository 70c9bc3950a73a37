/** What an upgrade would be: who is moved, who first, and what has to be known before. */

import { describe, expect, it } from 'vitest';
import {
  changeRunId,
  compareReleases,
  planUpgrade,
  stateOfUpgrade,
  tellEnded,
  type MemberStanding,
  type UpgradeCandidate,
  type UpgradeWish,
} from '@perdure/fleet';

const at = (version: string, entry = `/opt/${version}/openclaw.mjs`) => ({ node: '/usr/bin/node', entry, version });
const next = at('2026.9.6');

type More = Partial<UpgradeCandidate['gateway']> & Partial<Omit<UpgradeCandidate, 'gateway'>>;

function member(handle: string, more: More = {}): UpgradeCandidate {
  const { isLead = false, openTasks = 0, homeBytes = 1_000_000, behind, ...gateway } = more;
  const whole = {
    principalId: `p-${handle}`,
    handle,
    home: `/home/ada/.openclaw-${handle}`,
    program: at('2026.8.2'),
    status: 'ready',
    wanted: 'up',
    service: 'supervisor',
    ...gateway,
  } as const;
  return { gateway: whole, isLead, openTasks, homeBytes, behind: behind ?? whole.program.version };
}

const family = [member('scout', { isLead: true }), member('ranger', { openTasks: 2 }), member('warden')];

function planned(candidates: readonly UpgradeCandidate[], wish: Partial<UpgradeWish> = {}) {
  const outcome = planUpgrade(candidates, { program: next, freeDiskBytes: 1e9, ...wish });
  if (outcome.kind === 'blocked') throw new Error(outcome.problems.join('; '));
  return outcome;
}

const problems = (candidates: readonly UpgradeCandidate[], wish: Partial<UpgradeWish> = {}): readonly string[] => {
  const outcome = planUpgrade(candidates, { program: next, freeDiskBytes: 1e9, ...wish });
  return outcome.kind === 'blocked' ? outcome.problems : [];
};

const order = (candidates: readonly UpgradeCandidate[], wish: Partial<UpgradeWish> = {}): readonly string[] =>
  planned(candidates, wish).members.map(({ handle, role }) => `${handle} ${role}`);

describe('an upgrade of a family', () => {
  it('begins with who has least to do and does not lead, and ends with the lead', () => {
    expect(order(family)).toEqual(['warden canary', 'ranger next', 'scout next']);
  });

  it('begins with the canary that is named, be it the lead', () => {
    expect(order(family, { canary: 'scout' })).toEqual(['scout canary', 'warden next', 'ranger next']);
    expect(order(family, { canary: 'p-ranger' })[0]).toBe('ranger canary');
  });

  it('moves who is down behind those that run, and has none of them for a canary', () => {
    const down = member('able', { wanted: 'down' });
    expect(order([down, ...family])).toEqual(['warden canary', 'ranger next', 'able unseen', 'scout next']);
    expect(planned([down, ...family]).warnings).toEqual([
      'able is down: it is moved, and how it is then is seen when it is started.',
    ]);
    expect(problems([down, ...family], { canary: 'able' })).toEqual([
      'able is down, so nobody would see how it is then: start it, or name another canary',
    ]);
    expect(planned([down]).warnings.join()).toMatch(/there is no canary/);
  });

  it('leaves who has it already, who is not there, and who was set up by hand, and says why', () => {
    const others = [
      member('done', { program: next }),
      member('gone', { status: 'removed' }),
      member('byhand', { service: 'its_own' }),
    ];
    const { members, left } = planned([...others, ...family]);
    expect(members.map(({ handle }) => handle)).toEqual(['warden', 'ranger', 'scout']);
    expect(left).toEqual([
      { handle: 'done', why: 'it has OpenClaw 2026.9.6 already' },
      { handle: 'gone', why: 'it is removed, so nothing runs there' },
      { handle: 'byhand', why: 'it was set up by hand, and whoever did so chooses its OpenClaw' },
    ]);
    expect(problems(others, { members: ['byhand'] }).join()).toMatch(/set up by hand/);
    expect(problems(others, { members: ['gone'] }).join()).toMatch(/is removed: that is for one that is ready/);
  });

  it('moves those that are named alone, and refuses who is unknown', () => {
    expect(order(family, { members: ['ranger'] })).toEqual(['ranger canary']);
    expect(problems(family, { members: ['ranger', 'nobody'] })).toEqual([
      'there is no gateway of "nobody" in this family on this host',
    ]);
    expect(problems(family, { members: ['ranger'], canary: 'scout' })).toEqual([
      'scout is not among those that are moved, so it cannot be the first of them',
    ]);
  });

  it('refuses while somebody is at work on one of them', () => {
    expect(problems([...family, member('new', { status: 'provisioning' })])).toEqual([
      'the gateway of new is provisioning: that is for one that is ready',
    ]);
  });

  it('refuses an older release, and says the way back', () => {
    const [problem = ''] = problems([member('scout', { program: at('2026.10.1') })]);
    expect(problem).toMatch(/has OpenClaw 2026\.10\.1, and 2026\.9\.6 is older.*`perdure family restore <archive>`/);
  });

  it('moves one whose release was replaced in its place, and says that there is no way back', () => {
    const replaced = member('scout', { program: at('2026.8.2', next.entry), behind: '2026.9.6' });
    const { members, warnings } = planned([replaced]);
    expect(members.map(({ from }) => from)).toEqual(['2026.8.2']);
    expect(warnings[0]).toMatch(/2026\.9\.6 is there by now: .* no 2026\.8\.2 to run it with.*npm install --prefix/);
    const gone = planned([{ ...member('scout'), behind: undefined } as never]).warnings[0];
    expect(gone).toMatch(/nothing is there any more/);
  });

  it('refuses where the archives may not find room, and says how much they need', () => {
    const large = family.map((each) => ({ ...each, homeBytes: 400_000_000 }));
    expect(problems(large)).toEqual([
      'the archives of what is there now may need 1,600 MB, and 1,000 MB are free: make room, or name fewer members',
    ]);
    expect(planned(family).disk).toEqual({ neededBytes: 4_000_000, freeBytes: 1e9 });
  });

  it('is another plan where who is moved, or to what, is another', () => {
    const { hash } = planned(family);
    expect(planned(family).hash).toBe(hash);
    expect(planned(family, { members: ['scout', 'ranger'] }).hash).not.toBe(hash);
    expect(planned(family, { program: at('2026.9.7') }).hash).not.toBe(hash);
  });
});

it.each([
  ['2026.9.6', '2026.10.1', -1],
  ['2026.9.6', '2026.9.6', 0],
  ['2026.9.6-1', '2026.9.6', 1],
  ['2026.9.6-beta.1', '2026.9.6', -1],
  ['2026.9.6-beta.2', '2026.9.6-beta.1', 1],
  ['v2026.9.6', '2026.9.5', 1],
  ['nightly', '2026.9.5', undefined],
])('of %s and %s the newer one is known', (one, other, wanted) => {
  const found = compareReleases(one, other);
  expect(found === undefined ? undefined : Math.sign(found)).toBe(wanted);
});

it.each([
  [undefined, false, false, 'waiting'],
  [undefined, false, true, 'untouched'],
  [undefined, true, true, 'upgraded'],
  [{ status: 'running', isOver: false }, false, true, 'changing'],
  [{ status: 'completed', isOver: true }, false, false, 'upgraded'],
  [{ status: 'failed', isOver: true }, true, true, 'put_back'],
  [{ status: 'cancelled', isOver: true }, false, true, 'put_back'],
] as const)(
  'a member with the change %j, the release: %s, and the run over: %s, is %s',
  (change, has, isOver, wanted) => {
    expect(stateOfUpgrade({ hasRelease: has, ...(change !== undefined && { change }) }, isOver)).toBe(wanted);
  },
);

const standing = (handle: string, state: MemberStanding['state'], problem?: string): MemberStanding => ({
  principalId: `p-${handle}`,
  handle,
  from: '2026.8.2',
  role: 'next',
  state,
  ...(problem !== undefined && { problem }),
});

it('what is told where it ended says of each what became of it, and what to do', () => {
  const members = [
    standing('warden', 'upgraded'),
    standing('ranger', 'put_back', 'It was not well.'),
    standing('scout', 'untouched'),
  ];
  expect(tellEnded({ family: 'main', program: next }, { members, runId: 'r' })).toBe(
    'The family main was not brought to OpenClaw 2026.9.6 to the end. ranger is as it was: It was not well. warden has it, and keeps it. scout was not touched. `perdure runs show r` tells more. When that is put right, `perdure family upgrade` goes on with those that do not have it.',
  );
});

it('the run that changes a member is the same whoever asks, another for each member and each run, and of its time', () => {
  const run = '01890000-0000-7000-8000-000000000001';
  const change = changeRunId(run, 'p-scout');
  expect(change).toMatch(/^01890000-0000-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(changeRunId(run, 'p-scout')).toBe(change);
  expect(new Set([change, changeRunId(run, 'p-ranger'), changeRunId(`${run.slice(0, -1)}2`, 'p-scout')]).size).toBe(3);
});
