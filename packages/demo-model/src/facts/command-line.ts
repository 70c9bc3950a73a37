/** A plan for a tool that is used in a terminal and in scripts. */

import type { Component, Milestone, PlanSketch, Risk } from './sketch.ts';
import type { Subject } from './subject.ts';

export function sketchCommandLine(subject: Subject): PlanSketch {
  return {
    form: 'one executable with a small set of commands, usable by people and by scripts',
    approach:
      `Arguments and input are parsed once at the edge, the work is done by pure functions over streams, and the result is written at the end. ` +
      `Results go to standard output, everything else to standard error, and the exit code tells scripts how it went.`,
    goals: [
      `A person gets ${subject.wish} with one documented command.`,
      'A script can rely on stable output, exit codes and behaviour in pipes.',
      'An interrupted run never leaves a half-written file behind.',
    ],
    nonGoals: ['A graphical interface.', 'Plug-ins: they come when a second author asks for one.'],
    assumptions: [
      'It runs on Linux and macOS; Windows is tested but not supported at first.',
      'Inputs may be larger than memory, so they are read as streams.',
    ],
    components: components(subject),
    milestones,
    risks,
    testing: ['The core is tested on values.', 'Every documented command is tested by starting the real executable.'],
    questions: [
      {
        question: 'Which inputs must work on the first day, and who can provide real ones?',
        default: 'The three examples of the first milestone decide.',
      },
      { question: 'On which systems must it run?', default: 'Linux and macOS.' },
    ],
  };
}

const components = ({ the }: Subject): readonly Component[] => [
  {
    name: 'Command line',
    responsibility: 'Parses arguments, prints help and version, and maps every failure to a documented exit code.',
    technology: 'TypeScript on Node.js with an argument parser, because help and errors then come from one description',
    interface: 'To people and scripts: commands, options, exit codes and a machine-readable output.',
  },
  {
    name: 'Core',
    responsibility: `Does the work of ${the} on values and streams, without touching files or the terminal.`,
    technology: 'Pure functions, because they can be tested without files',
    interface: 'To the command line: one function per command, from values or a stream to a result or a refusal.',
  },
  {
    name: 'Input and output',
    responsibility:
      'Reads files and standard input, and writes results to a temporary file that is renamed when complete.',
    technology: 'Node.js streams, because they bound the memory',
    interface: 'To the core: readable streams of the input, and one place to write a result to.',
  },
  {
    name: 'Packaging',
    responsibility: 'Builds one file, checks it on each supported system, and publishes signed releases.',
    technology: 'A release workflow in continuous integration, so that no release is made by hand',
    interface: 'To users: one command that installs it.',
  },
];

const milestones: readonly Milestone[] = [
  {
    title: 'One useful command',
    goal: 'The main case works from a file to standard output.',
    steps: [
      'Set up the repository with formatting, type check and tests in continuous integration.',
      'Write three real example inputs with their expected outputs.',
      'Implement the main case end to end for these examples.',
    ],
    checks: [
      'The three examples pass as tests that start the real executable.',
      '`--help` shows one example that can be copied and run.',
    ],
    days: 2,
  },
  {
    title: 'Correct at the edges',
    goal: 'Bad input is refused with a sentence, and large input is handled.',
    steps: [
      'List the ways in which input can be malformed and decide each one.',
      'Report line and column of a fault, and what to do about it.',
      'Process input as a stream with bounded memory.',
    ],
    checks: [
      'Each kind of malformed input has a test for message and exit code.',
      'A 1 GB input is processed with less than 200 MB of memory.',
    ],
    days: 4,
  },
  {
    title: 'Pleasant in scripts',
    goal: 'Other programs can use it without surprises.',
    steps: [
      'Support standard input and output, and a machine-readable output format.',
      'Write results atomically and stop cleanly on an interrupt.',
      'Document every option and exit code, and check the documentation against the executable.',
    ],
    checks: [
      'A test kills the tool while it writes, and finds the old file or the new one, never a part.',
      'Output that goes into a closed pipe ends the tool quietly.',
    ],
    days: 3,
  },
  {
    title: 'Released',
    goal: 'A stranger can install it and trust it.',
    steps: [
      'Build and test the package on every supported system.',
      'Publish version 0.1.0 with a change log.',
      'Write a one-page guide.',
    ],
    checks: ['A fresh machine installs it with one command and reproduces the example of the guide.'],
    days: 2,
  },
];

const risks: readonly Risk[] = [
  {
    risk: 'Real inputs are messier than the examples.',
    mitigation: 'Collect ten real inputs before the second milestone and keep them as tests.',
    likelihood: 'high',
    impact: 'medium',
  },
  {
    risk: 'A later change of the output breaks the scripts of users.',
    mitigation: 'Pin output and exit codes in tests, and change them only with a new major version.',
    likelihood: 'medium',
    impact: 'high',
  },
  {
    risk: 'A failure destroys the data of a user.',
    mitigation: 'Never change an input in place, and rename finished files into place.',
    likelihood: 'low',
    impact: 'high',
  },
];
