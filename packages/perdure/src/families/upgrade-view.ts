/** An upgrade as text. Whatever others have written is made harmless. Pure. */

import type { FamilyUpgrade, FamilyUpgradePlan } from '@perdure/contract';
import { megabytes, namesOf } from '@perdure/fleet';
import { printable } from '../text/format.ts';

const roles = {
  canary: 'first',
  next: 'then',
  unseen: 'then, and stays down',
} as const;

export function upgradePlanText(family: string, plan: FamilyUpgradePlan): string {
  const { version, entry, members, left, warnings, disk } = plan;
  const rest = left.map(({ handle, why }) => `left  ${handle}: ${printable(why)}`);
  if (members.length === 0) {
    return [`Nobody of ${printable(family)} is to be moved to OpenClaw ${printable(version)}.`, ...rest].join('\n');
  }
  const width = Math.max(...members.map(({ handle }) => handle.length));
  const rows = members.map(
    ({ handle, from, role }, at) =>
      `${String(at + 1).padStart(4)}  ${handle.padEnd(width)}  ${printable(from)} -> ${printable(version)}  ${roles[role]}`,
  );
  return [
    `What would be done for ${printable(family)}, with ${printable(entry)}:`,
    '',
    ...rows,
    ...rest,
    '',
    'Each is asked about its settings in a copy, stops when it has done what it does, goes into an archive, and is away until it is ready again.',
    'The first that is not well then is put back, and those behind it are not touched.',
    `Archives may need ${megabytes(disk.neededBytes)}; ${megabytes(disk.freeBytes)} are free.`,
    ...warnings.map((warning) => `Note: ${printable(warning)}`),
  ].join('\n');
}

/** What has come about so far: each line is said once. */
export function upgradeLines({ members }: FamilyUpgrade): readonly string[] {
  return members.flatMap(({ handle, state, step }) => {
    if (state === 'changing') return step === undefined ? [] : [`${handle}: ${printable(step)} …`];
    if (state === 'upgraded') return [`${handle}: has it`];
    return state === 'put_back' ? [`${handle}: is as it was`] : [];
  });
}

const names = (list: FamilyUpgrade['members']): string => namesOf(list.map(({ handle }) => handle));

/** Of what a gateway printed last: the cause is among them, where there is one. */
const quotedLines = 5;

/** The last word. */
export function upgradeText(family: string, { members, version, status, isOver, problem, id }: FamilyUpgrade): string {
  const those = (state: FamilyUpgrade['members'][number]['state']) => members.filter((each) => each.state === state);
  const done = those('upgraded');
  if (status === 'completed') return `${printable(family)} has OpenClaw ${printable(version)}: ${names(done)}.`;
  if (!isOver) return `${printable(family)} is being brought to OpenClaw ${printable(version)} by run ${id}.`;
  const untouched = those('untouched');
  const back = those('put_back');
  const why = back.length > 0 || problem === undefined ? [] : [printable(problem)];
  return [
    `${printable(family)} was not brought to OpenClaw ${printable(version)} to the end (run ${id}, ${status}).`,
    ...back.flatMap(({ handle, problem: told, lastLines = [] }) => [
      `As it was   ${handle}: ${printable(told ?? 'it was put back')}`,
      ...lastLines.slice(-quotedLines).map((line) => `              ${printable(line)}`),
    ]),
    ...(done.length === 0 ? [] : [`Have it     ${names(done)}`]),
    ...(untouched.length === 0 ? [] : [`Untouched   ${names(untouched)}`]),
    ...why,
    'Put right what is told, and give the command again: it goes on with those that do not have it.',
  ].join('\n');
}
