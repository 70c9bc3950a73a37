import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ancestorsOf, type Ancestor } from '@perdure/home';
import { describe, expect, test } from 'vitest';
import { callerAmong } from '../../src/cli/caller.ts';

const hour = 3_600_000;

/** Nearest first; each as its command line, older by an hour than what it started. */
function chain(...commands: readonly string[]): readonly Ancestor[] {
  return commands.map((command, at) => ({
    pid: 100 - at,
    startedAt: `${at}`,
    argv: command.split(' '),
    ageMs: at * hour + 5_000,
  }));
}

const callerOf = (...commands: readonly string[]) => callerAmong(chain(...commands)).lasting?.argv.join(' ');
const passingAmong = (ancestors: readonly Ancestor[]) =>
  callerAmong(ancestors).passing.map(({ argv }) => argv.join(' '));

describe('who calls', () => {
  test('is the harness, whatever shells and wrappers it runs a command with', () => {
    expect(callerOf('bash -lc perdure', 'timeout 60 bash', 'claude', 'zsh', '/lib/systemd/systemd')).toBe('claude');
    expect(callerOf('npm exec perdure', 'sh -c npx', 'node /opt/agent/cli.js', '-bash')).toBe('node /opt/agent/cli.js');
    expect(callerOf('node /usr/bin/npx perdure', 'zsh', 'codex')).toBe('codex');
  });

  test('is the terminal or the connection of somebody at a shell', () => {
    expect(callerOf('-bash', 'sshd: ada@pts/0', 'sshd: /usr/sbin/sshd', 'systemd')).toBe('sshd: ada@pts/0');
    expect(callerOf('-zsh', 'login -fp ada', '/sbin/launchd')).toBe('login -fp ada');
  });

  test('is the outermost shell where nothing but shells runs, unless that runs one command', () => {
    expect(callerOf('bash', 'bash')).toBe('bash');
    expect(callerOf('sh work.sh', 'bash -i')).toBe('bash -i');
    expect(callerOf('sh -c work')).toBeUndefined();
    expect(callerOf('sh work.sh', '/sbin/init')).toBeUndefined();
  });

  test('is nothing that began with the command, and would end with it', () => {
    const [young, ...old] = chain('some-sandbox --run', 'claude');
    expect(callerAmong([{ ...young!, ageMs: 300 }, ...old]).lasting?.argv).toEqual(['claude']);
  });

  test('may be a program too young to tell, or a script, below what lasts and never above', () => {
    const [young, ...old] = chain('python build.py', 'sh -c build', 'sh work.sh', 'claude', 'sh start.sh', 'tmux');
    const ancestors = [{ ...young!, ageMs: 300 }, ...old];
    expect(passingAmong(ancestors)).toEqual(['python build.py', 'sh work.sh']);
    expect(passingAmong(chain('python build.py', 'sh work.sh', 'claude'))).toEqual([]);
    expect(passingAmong(chain('sh work.sh', '/sbin/init'))).toEqual(['sh work.sh']);
  });

  test('is no shell for one command, none that a terminal opened, and no fork of a script beside the script', () => {
    const shells = ['bash -c work', 'bash -lc work', 'bash', 'zsh -i', 'bash --init-file /opt/editor/start.sh'];
    for (const shell of shells) expect(passingAmong(chain(shell, 'claude')), shell).toEqual([]);
    expect(passingAmong(chain('bash -e work.sh', 'bash -e work.sh', 'claude'))).toEqual(['bash -e work.sh']);
    expect(passingAmong(chain('npm run work', 'sh -c sh work.sh', 'claude'))).toEqual([]);
  });
});

test('the processes above one are found with their command lines, up to the first', async () => {
  using child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'a mark'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  const [own, parent, ...above] = ancestorsOf(child.pid ?? 0);
  expect(own).toMatchObject({ pid: child.pid });
  expect(own!.argv.join(' ')).toContain('a mark');
  expect(parent).toMatchObject({ pid: process.pid });
  expect(parent!.ageMs).toBeGreaterThanOrEqual(own!.ageMs);
  expect(above.length).toBeGreaterThan(0);
});
