/** The points at which a family is died at, and the judge of what is left, which is shown breaches. */

import { jobs, type JobStep } from '@perdure/fleet';
import { describe, expect, it } from 'vitest';
import { allPoints, nameOf } from '../../test/e2e/family-points/index.ts';
import { unlike } from '../../test/e2e/family-points/look.ts';

const undone = (id: string): JobStep => ({ id, hasUndo: true });

describe('the points of a family', () => {
  const points = allPoints();
  const own = Object.entries(jobs) as unknown as readonly (readonly [string, readonly JobStep[]])[];
  const ofFamily = [undone('begin'), undone('member'), { id: 'report', hasUndo: false }];
  const boundaries = [...own, ['upgrade-family', ofFamily] as const].flatMap(([job, steps]) =>
    steps.flatMap(({ id, hasUndo }) =>
      (hasUndo ? ['do', 'undo'] : ['do']).map((direction) => ({ job, id, direction })),
    ),
  );

  it.each(boundaries)('$job: every victim dies before and after $id ($direction)', ({ job, id, direction }) => {
    const here = points.filter((point) => point.job === job && point.step === id && point.direction === direction);
    for (const side of ['before', 'after']) {
      const victims = here.filter((point) => point.side === side).map(({ victim }) => victim);
      expect([...new Set(victims)].toSorted()).toEqual(['all', 'server', 'worker']);
    }
  });

  it('no two have one name, so that each can be run alone', () => {
    expect(points.length).toBeGreaterThan(250);
    expect(new Set(points.map(nameOf)).size).toBe(points.length);
  });
});

describe('two looks at a member', () => {
  const before = { version: '1', 'file a': '600 x', keys: 'k' };

  it('are alike where nothing has changed', () => {
    expect(unlike(before, { ...before })).toEqual([]);
  });

  it('differ in a file that has come, one that is gone, and one that is another', () => {
    const after = { version: '1', 'file b': '600 x', keys: 'l' };
    expect(unlike(before, after)).toEqual([
      'file a: undefined, not 600 x',
      'keys: l, not k',
      'file b: 600 x, not undefined',
    ]);
  });

  it('are not alike where what was to change is as it was', () => {
    expect(unlike(before, before, { version: '2', 'file a': undefined })).toEqual([
      'version: 1, not 2',
      'file a: 600 x, not another one',
    ]);
    expect(
      unlike(before, { ...before, version: '2', 'file a': '600 y' }, { version: '2', 'file a': undefined }),
    ).toEqual([]);
  });
});
