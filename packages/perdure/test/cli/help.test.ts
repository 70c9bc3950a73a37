import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import type { Rim } from '../../src/cli/rim.ts';
import { commandTable } from '../../src/commands.ts';
import { cli } from '../harness.ts';

/** Every command line that has a help page. */
function pages(command: Command, path: readonly string[] = []): string[][] {
  return [[...path], ...command.commands.flatMap((child) => pages(child, [...path, child.name()]))];
}

const all = pages(createProgram({ stdout: {}, stderr: {} } as Rim, { ...commandTable, setExitCode: () => undefined }));

test('the program has the commands that are documented and no others', () => {
  expect(all.map((path) => path.join(' ')).filter((path) => path !== '')).toMatchSnapshot();
});

test.each(all.map((path) => [path.join(' '), path] as const))(
  'help of `perdure %s` reads as pinned',
  async (_name, path) => {
    const help = await cli([...path, '--help'], { cwd: '/' });
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatchSnapshot();
  },
);

test('every command that does something shows an example that begins with its own name', async () => {
  for (const path of all) {
    const { stdout } = await cli([...path, '--help'], { cwd: '/' });
    if (stdout.includes('Commands:')) continue;
    expect(stdout.split('Example:\n')[1]?.trim()).toMatch(new RegExp(`^perdure ${path.join(' ')}`));
  }
});

test('a noun without a verb shows its help on stderr and is a usage error', async () => {
  const { code, stdout, stderr } = await cli(['agents'], { cwd: '/' });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: perdure agents');
});
