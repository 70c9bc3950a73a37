/** Every boundary of every step by which an agent is made, changed, moved to another release, or taken away. */

import { jobs, type JobId } from '@perdure/fleet';
import type { StepPoint } from '../step-gate.ts';
import type { Victim } from '../system.ts';

export const victims = ['server', 'worker', 'all'] as const satisfies readonly Victim[];

/** What is going on when it happens. Of a family of two that is upgraded the second is put back, or none is. */
export const stories = [
  'made',
  'taken back',
  'taken away',
  'taken away, put back',
  'another release',
  'another model and port',
  'repaired',
  'mended',
  'another release, put back',
  'another model and port, put back',
  'mended, put back',
  'upgraded',
  'upgraded in part',
] as const;
export type Story = (typeof stories)[number];

export interface CrashPoint extends Omit<StepPoint, 'principalId'> {
  readonly story: Story;
  readonly victim: (typeof victims)[number];
  /** Whose step it is, of a family that is upgraded. */
  readonly member?: 'canary' | 'next';
}

type Boundary = Pick<CrashPoint, 'story' | 'job' | 'step' | 'direction' | 'side' | 'member'>;

export const allPoints = (): readonly CrashPoint[] => [
  ...each(boundaries('made', 'provision-agent', 'do')),
  ...each(boundaries('taken back', 'provision-agent', 'undo')),
  ...each(boundaries('taken away', 'deprovision-agent', 'do')),
  ...each(boundaries('taken away, put back', 'deprovision-agent', 'undo')),
  ...(['another release', 'another model and port', 'repaired', 'mended'] as const).flatMap((story, at) =>
    inTurn(boundaries(story, 'change-agent', 'do'), at),
  ),
  ...(['another release, put back', 'another model and port, put back', 'mended, put back'] as const).flatMap(
    (story, at) => inTurn(boundaries(story, 'change-agent', 'undo'), at),
  ),
  ...each(ofFamily('upgraded', 'do')),
  ...inTurn(ofMembers(boundaries('upgraded', 'change-agent', 'do'))),
  ...each(ofFamily('upgraded in part', 'undo')),
  ...inTurn(boundaries('upgraded in part', 'change-agent', 'undo').map((each) => ({ ...each, member: 'next' }))),
];

const sides = ['before', 'after'] as const;

const boundaries = (story: Story, job: JobId, direction: StepPoint['direction']): readonly Boundary[] =>
  jobs[job]
    .filter(({ hasUndo }) => direction === 'do' || hasUndo)
    .flatMap(({ id }) => sides.map((side) => ({ story, job, step: id, direction, side })));

/** Of the run of a family, which waits for those of its members. */
function ofFamily(story: Story, direction: StepPoint['direction']): readonly Boundary[] {
  const members = (['canary', 'next'] as const).map((member) => ({ step: 'member', member }));
  const steps = [{ step: 'begin' }, ...members, ...(direction === 'do' ? [{ step: 'report' }] : [])];
  return steps.flatMap((step) => sides.map((side) => ({ story, job: 'upgrade-family', direction, side, ...step })));
}

/** What one of them is changed by is what the other is: they take turns. */
const ofMembers = (list: readonly Boundary[]): readonly Boundary[] =>
  list.map((each, at) => ({ ...each, member: at % 2 === 0 ? 'canary' : 'next' }));

const each = (list: readonly Boundary[]): readonly CrashPoint[] =>
  list.flatMap((boundary) => victims.map((victim) => ({ ...boundary, victim })));

/** One victim for each; with another `first` in each of three stories all of them meet each boundary of the job. */
const inTurn = (list: readonly Boundary[], first = 0): readonly CrashPoint[] =>
  list.map((boundary, at) => ({ ...boundary, victim: victims[(first + at) % victims.length] ?? 'all' }));

export function nameOf({ story, direction, job, step, side, victim, member }: CrashPoint): string {
  const whose = member === undefined ? '' : job === 'upgrade-family' ? ` ${member}` : ` of the ${member}`;
  return `${story}: ${victim} killed ${side} ${direction === 'undo' ? 'the undo of ' : ''}${step}${whose}`;
}
