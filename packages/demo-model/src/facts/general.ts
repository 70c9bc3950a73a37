/** A plan for anything else: no word of it assumes software. */

import type { Component, Milestone, PlanSketch, Risk } from './sketch.ts';
import type { Subject } from './subject.ts';

export function sketchGeneral(subject: Subject): PlanSketch {
  return {
    form: 'a first complete version that is small, followed by improvements that were asked for',
    approach:
      `The result is made visible as early as possible: a small version that covers everything from beginning to end is shown to those who will use it, ` +
      `and what they say decides what is improved first.`,
    goals: [
      `Those who asked for it have ${subject.wish} and use it.`,
      'It is clear to everyone involved when it is done.',
      'What was decided, and why, can be read later.',
    ],
    nonGoals: ['Wishes that come up on the way and do not serve a goal above: they are written down for later.'],
    assumptions: [
      'One person decides when opinions differ.',
      'Those who will use the result can spare an hour each week to look at it.',
    ],
    components: components(subject),
    milestones,
    risks,
    testing: ['Each version is tried by somebody who did not make it.'],
    questions: [
      { question: 'Who decides when opinions differ?', default: 'The person who asked for it.' },
      {
        question: 'By when is the result needed, and what happens if it is late?',
        default: 'There is no fixed date; the order of the milestones counts.',
      },
    ],
  };
}

const components = ({ the }: Subject): readonly Component[] => [
  {
    name: 'Agreement',
    responsibility: 'States the goal, its limits, and how one sees that it was reached.',
    technology: 'One page, because everyone reads one page',
    interface: 'To everyone: criteria that decide when the work is done.',
  },
  {
    name: 'First version',
    responsibility: `Covers ${the} from beginning to end in its simplest form.`,
    technology: 'The simplest means at hand, because it will be changed',
    interface: 'To those who will use it: something they can try.',
  },
  {
    name: 'Feedback',
    responsibility: 'Collects what users of the first version say and orders it by importance.',
    technology: 'A list with an owner and a date for each point, so that nothing is lost',
    interface: 'To the next version: the most important point that is still open.',
  },
];

const milestones: readonly Milestone[] = [
  {
    title: 'Agreement',
    goal: 'Everyone involved means the same thing.',
    steps: [
      'Talk to three people who will use the result.',
      'Write goal, limits and criteria on one page.',
      'Have the page confirmed by the person who decides.',
    ],
    checks: ['The page is confirmed and contains no criterion that cannot be checked.'],
    days: 2,
  },
  {
    title: 'First complete version',
    goal: 'The whole is visible, in its simplest form.',
    steps: [
      'Leave out everything without which the goal can still be reached.',
      'Make the simplest version of what remains.',
      'Show it and write down what is said.',
    ],
    checks: ['Two of the three people have tried it without help.', 'Every remark is on the list, with an owner.'],
    days: 5,
  },
  {
    title: 'Improved version',
    goal: 'The most important remarks are dealt with.',
    steps: [
      'Order the list by importance for the goal.',
      'Work through it from the top until the agreed time is over.',
      'Check the result against the page.',
    ],
    checks: ['Each criterion of the page is met, or the person who decides has accepted the difference in writing.'],
    days: 4,
  },
  {
    title: 'Handed over',
    goal: 'It goes on without those who made it.',
    steps: [
      'Write down what the next person must know.',
      'Let the next person do the work once while somebody watches.',
    ],
    checks: ['The next person has done the work alone.'],
    days: 2,
  },
];

const risks: readonly Risk[] = [
  {
    risk: 'The goal is understood differently by those involved.',
    mitigation: 'Agree on criteria that can be checked before any other work begins.',
    likelihood: 'medium',
    impact: 'high',
  },
  {
    risk: 'The work grows while it is being done.',
    mitigation: 'Put every new wish on the list, and decide about the list only at the end of a milestone.',
    likelihood: 'high',
    impact: 'medium',
  },
  {
    risk: 'Those who should give feedback have no time.',
    mitigation: 'Fix the dates for it in the first week and name a substitute for each person.',
    likelihood: 'medium',
    impact: 'medium',
  },
];
