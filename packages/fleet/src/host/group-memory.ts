/** What a gateway takes of memory, with its helpers: they are of one group of processes. Linux alone tells. */

import { readFileSync, readdirSync } from 'node:fs';

/**
 * Bytes that are resident in the group of a process, by the number of the process: a gateway need not lead its group.
 * Empty where the system does not tell. One look for all of them.
 */
export function memoryByGroup(folder = '/proc'): ReadonlyMap<number, number> {
  const groups = new Map<number, number>();
  const groupOf = new Map<number, number>();
  for (const name of numbersIn(folder)) {
    try {
      const stat = readFileSync(`${folder}/${name}/stat`, 'utf8');
      // The second field is the command in parentheses and may hold anything: group is field 5, resident pages 24.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const group = Number(fields[2]);
      groupOf.set(Number(name), group);
      groups.set(group, (groups.get(group) ?? 0) + Number(fields[21]) * pageBytes);
    } catch {
      // It has ended meanwhile.
    }
  }
  return new Map([...groupOf].map(([pid, group]) => [pid, groups.get(group) ?? 0]));
}

/** On all that Node runs on but some ARM machines. */
const pageBytes = 4_096;

function numbersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
