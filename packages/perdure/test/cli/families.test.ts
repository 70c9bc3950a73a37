import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import type { Rim } from '../../src/cli/rim.ts';
import { commandTable } from '../../src/commands.ts';
import { taskFamilies } from '../../src/tasks/declare.ts';

const { families } = commandTable;
const program = (...words: string[]) =>
  createProgram({ stdout: {}, stderr: {} } as Rim, { ...commandTable, words, setExitCode: () => undefined });
const names = ({ commands }: Command) => commands.map((command) => command.name()).toSorted();
const taskOf = (parent: Command) => parent.commands.find((command) => command.name() === 'task') as Command;

describe('the command table', () => {
  it.each(families.flatMap((family) => family.names))(
    'declares the whole family of `%s` for it, and no other',
    (name) => {
      const family = families.find((each) => each.names.includes(name));
      expect(names(program(name))).toEqual(family?.names.toSorted());
    },
  );

  it.each(taskFamilies.flatMap((family) => family.names))(
    'declares the family of `task %s` for it, and no other',
    (name) => {
      const family = taskFamilies.find((each) => each.names.includes(name));
      expect(names(taskOf(program('task', name)))).toEqual(family?.names.toSorted());
    },
  );

  it.each([[], ['--help'], ['tsk']])('declares everything where no command is named: %j', (...words) => {
    expect(names(program(...words))).toEqual(families.flatMap((family) => family.names).toSorted());
  });

  it('declares every command about tasks where none of them is named', () => {
    const all = taskFamilies.flatMap((family) => family.names).toSorted();
    for (const words of [['task'], ['task', '--help'], ['task', 'progres']]) {
      expect(names(taskOf(program(...words)))).toEqual(all);
    }
  });
});
