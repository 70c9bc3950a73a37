/** A plan for work that moves and transforms data on a schedule. */

import type { Component, Milestone, PlanSketch, Risk } from './sketch.ts';
import type { Subject } from './subject.ts';

export function sketchDataPipeline(subject: Subject): PlanSketch {
  return {
    form: 'a chain of small repeatable stages with a record of what was done',
    approach:
      `Raw data is kept unchanged as it arrived; every later stage can be repeated from it. ` +
      `Each stage writes its result and the fact that it is done in one transaction, so a run that was interrupted goes on where it stopped.`,
    goals: [
      `The people who need it get ${subject.wish}, on time and without manual work.`,
      'The same input always leads to the same output, however often a stage is repeated.',
      'Missing, late and malformed data is noticed by the pipeline before anyone else notices it.',
    ],
    nonGoals: ['Results within seconds: scheduled runs are enough at first.', 'A general tool for other data flows.'],
    assumptions: [
      'The sources can be read again for at least a week.',
      'Late data is delivered within three days and then taken in by repeating the affected part.',
    ],
    components: components(subject),
    milestones,
    risks,
    testing: [
      'Each transformation has a small table of input and expected output.',
      'A sample of real data runs through all stages on every change.',
    ],
    questions: [
      {
        question: 'Who owns each source and announces its changes?',
        default: 'Every change of a source is treated as unannounced and stopped by the checks.',
      },
      {
        question: 'At which hour must the data be complete, and who is told if it is not?',
        default: 'At eight in the morning; the operators are told.',
      },
    ],
  };
}

const components = ({ the }: Subject): readonly Component[] => [
  {
    name: 'Intake',
    responsibility: 'Fetches new data from the sources, keeps it unchanged, and remembers how far it has come.',
    technology: 'Python with one connector per source, because most sources have a client for it',
    interface: 'To the checks: unchanged files by source and day.',
  },
  {
    name: 'Checks',
    responsibility: 'Compares the data with a written contract and sets aside what breaks it, with the reason.',
    technology: 'Declared schemas and rules per row, because their owners can read them',
    interface: 'To the transformations: tables of accepted rows, and one of rejected rows with reasons.',
  },
  {
    name: 'Transformations',
    responsibility: `Makes the tables that ${the} is for, one readable step at a time.`,
    technology: 'Versioned SQL, because analysts can read and change it',
    interface: 'To the users: documented tables.',
  },
  {
    name: 'Scheduler',
    responsibility:
      'Starts runs, retries failed stages with growing pauses, and never runs the same stage twice at once.',
    technology: 'A durable workflow engine, so that a restart repeats no finished stage',
    interface: 'To operators: start, repeat and stop a run for a source and a range of days.',
  },
  {
    name: 'Reporting',
    responsibility:
      'Shows age, volume and rejected rows of every table and alerts a person when they leave their bounds.',
    technology: 'Metrics and one dashboard, because alerts need history',
    interface: 'To operators: one page and one alert channel.',
  },
];

const milestones: readonly Milestone[] = [
  {
    title: 'One source from end to end',
    goal: 'One day of real data arrives in a table that somebody uses.',
    steps: [
      'Agree on one table and the question it must answer.',
      'Keep one day of raw data and build the table from it.',
      'Show the table to the person who asked and correct it.',
    ],
    checks: ['Sums of the table equal sums of the source for that day.', 'Running it twice gives the same rows.'],
    days: 4,
  },
  {
    title: 'Repeatable runs',
    goal: 'Any day can be built again, after any failure.',
    steps: [
      'Record every run and stage with its input and result.',
      'Make each stage replace its own output in one transaction.',
      'Schedule the run and retry failed stages.',
    ],
    checks: [
      'A run that is killed in each stage in turn ends with the same tables.',
      'A month is rebuilt with one command.',
    ],
    days: 5,
  },
  {
    title: 'Trustworthy data',
    goal: 'Bad data is stopped at the door, with a reason.',
    steps: [
      'Write the contract of each source together with its owner.',
      'Set rejected rows aside and report them daily.',
      'Alert when data is late or its volume is unusual.',
    ],
    checks: [
      'A prepared bad file is rejected row by row, and the good rows arrive.',
      'A source that is silent for a day raises an alert.',
    ],
    days: 4,
  },
  {
    title: 'Every source and handover',
    goal: 'The pipeline runs without its authors.',
    steps: [
      'Connect the remaining sources one at a time.',
      'Write the handbook for failures that can happen.',
      'Rehearse three of them with the new owners.',
    ],
    checks: ['The new owners repaired a broken run with the handbook alone.'],
    days: 5,
  },
];

const risks: readonly Risk[] = [
  {
    risk: 'A source changes its format without notice.',
    mitigation: 'Check every delivery against the contract, keep the raw data, and rebuild after the correction.',
    likelihood: 'high',
    impact: 'medium',
  },
  {
    risk: 'Personal data spreads into places where it must not be.',
    mitigation: 'Mark personal fields in the contract and drop or mask them in the first stage.',
    likelihood: 'medium',
    impact: 'high',
  },
  {
    risk: 'A rebuild of a long period blocks the daily run.',
    mitigation: 'Give rebuilds a lower priority and a limit of concurrent stages.',
    likelihood: 'medium',
    impact: 'medium',
  },
];
