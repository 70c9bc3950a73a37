import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compact } from '@perdure/contract';
import { until } from '@perdure/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createHeadAndTail } from '../../src/tools/shipped/head-and-tail.ts';
import { createShell } from '../../src/tools/shipped/shell.ts';
import { callTool, dataOf, failureOf, temporaryFolder } from './support.ts';

interface Output {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

interface RunOptions {
  readonly workspace?: string;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
}

async function run(command: string, options: RunOptions = {}) {
  const { workspace = await temporaryFolder(), timeoutSeconds = 60, signal } = options;
  const call = { workspace, ...compact({ signal }) };
  return callTool(createShell(), { command, timeoutSeconds }, call);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Of a file that a command writes its process number to. */
async function pidIn(file: string): Promise<number> {
  const read = async () => Number(await readFile(file, 'utf8').catch(() => ''));
  await until(async () => (await read()) > 0, { what: 'the pid is written' });
  return read();
}

/** Starts a grandchild that would live for ten minutes, and writes down its number. */
const leaveSomebody = "sh -c 'echo $$ > pid.tmp; mv pid.tmp pid; exec sleep 600' & ";

describe('the shell', () => {
  it('returns what a command wrote and how it ended; a failing command is an answer too', async () => {
    expect(await dataOf(run('echo out; echo err >&2; exit 3'))).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    });
    expect(await dataOf(run('kill -TERM $$'))).toMatchObject({ exitCode: 143 });
    expect(await dataOf(run('no-such-command'))).toMatchObject({ exitCode: 127 });
    expect(await dataOf(run('if'))).toMatchObject({ exitCode: 2 });
  });

  it('starts in the workspace, with no input and no terminal', async () => {
    const workspace = await temporaryFolder();
    expect(await dataOf(run('pwd; cat; tty; ls', { workspace }))).toMatchObject({
      stdout: `${workspace}\nnot a tty\n`,
    });
  });

  it('takes quotes and dashes as they are written', async () => {
    expect(await dataOf(run(`-x; echo "a 'b' $((1 + 1))"`))).toMatchObject({ stdout: `a 'b' 2\n` });
  });

  it('shows a command nothing of our environment', async () => {
    process.env['PERDURE_TEST_SECRET'] = 'canary-8c1f';
    onTestFinished(() => void delete process.env['PERDURE_TEST_SECRET']);
    const workspace = await temporaryFolder();
    const { stdout } = await dataOf<Output>(run('env; set', { workspace }));
    expect(stdout).not.toContain('canary-8c1f');
    const { stdout: env } = await dataOf<Output>(run('env | sort', { workspace }));
    expect(env.match(/^\w+/gm)).toEqual(['HOME', 'LANG', 'PATH', 'PWD']);
    expect(stdout).toContain(`HOME=${workspace}\n`);
  });

  it('gives a command no descriptor but the three of its own', async () => {
    const { stdout } = await dataOf<Output>(
      run('for n in 3 4 5 6 7 8 9; do (eval "true >&$n") 2>/dev/null && echo $n; done'),
    );
    expect(stdout).toBe('');
  });

  it('keeps head and tail of a long output', async () => {
    const { stdout, stderr, truncated } = await dataOf<Output>(
      run('echo first; head -c 2000000 /dev/zero | tr "\\0" x; echo last; echo whole >&2'),
    );
    expect(truncated).toBe(true);
    expect(stdout).toMatch(/^first\nx+\n… \d+ bytes left out …\nx+last\n$/);
    expect(Buffer.byteLength(stdout)).toBeLessThan(256 * 1024 + 100);
    expect(stderr).toBe('whole\n');
  });

  it('kills a command that takes too long, with its grandchildren, and repeats its last words', async () => {
    const workspace = await temporaryFolder();
    // Time is up when the test says so: on a busy machine a second is over before the command has begun.
    const time = new AbortController();
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(time.signal);
    onTestFinished(() => timeout.mockRestore());
    const running = failureOf(run(`echo working; ${leaveSomebody} sleep 600`, { workspace, timeoutSeconds: 7 }));
    const pid = await pidIn(join(workspace, 'pid'));
    expect(timeout).toHaveBeenCalledWith(7_000);
    time.abort();
    expect(await running).toMatch(/did not end within 7 s and was killed.*Its last words: working/s);
    await until(() => !isAlive(pid), { what: 'the process is gone' });
  });

  it('kills everything when the run is cancelled', async () => {
    const workspace = await temporaryFolder();
    const abort = new AbortController();
    const running = run(`${leaveSomebody} trap '' TERM INT HUP; sleep 600`, { workspace, signal: abort.signal });
    const pid = await pidIn(join(workspace, 'pid'));
    expect(isAlive(pid)).toBe(true);
    abort.abort();
    expect(await failureOf(running)).toMatch(/was killed, since the run was stopped/);
    await until(() => !isAlive(pid), { what: 'the process is gone' });
  });

  it('does not start a command of a run that is cancelled already', async () => {
    const workspace = await temporaryFolder();
    expect(await failureOf(run('touch made', { workspace, signal: AbortSignal.abort() }))).toMatch(/was not started/);
    expect(await dataOf(run('ls', { workspace }))).toMatchObject({ stdout: '' });
  });

  it('leaves nobody behind when a command ends by itself', async () => {
    const workspace = await temporaryFolder();
    expect(
      await dataOf(run(`${leaveSomebody} while ! [ -e pid ]; do :; done; echo done`, { workspace })),
    ).toMatchObject({
      exitCode: 0,
      stdout: 'done\n',
    });
    const pid = await pidIn(join(workspace, 'pid'));
    await until(() => !isAlive(pid), { what: 'the process is gone' });
  });

  it('returns although a daemon of the command keeps its output open', async () => {
    const workspace = await temporaryFolder();
    const daemon = `setsid sh -c 'echo $$ > pid.tmp; mv pid.tmp pid; exec sleep 600' & while ! [ -e pid ]; do :; done`;
    onTestFinished(async () => {
      process.kill(await pidIn(join(workspace, 'pid')), 'SIGKILL');
    });
    expect(await dataOf(run(daemon, { workspace }))).toMatchObject({ exitCode: 0 });
  });

  it('returns what was written before it stopped listening, also where the worker had no time to read it', async () => {
    const workspace = await temporaryFolder();
    const there = (name: string): boolean => existsSync(join(workspace, name));
    const daemon = `setsid sh -c 'touch there; while [ -e there ] && ! [ -e go ]; do :; done; echo late; touch said' &
      while ! [ -e there ]; do :; done; echo $$ > pid.tmp; mv pid.tmp pid`;
    const running = dataOf(run(daemon, { workspace }));
    const pid = await pidIn(join(workspace, 'pid'));
    await until(() => !isAlive(pid), { what: 'the command has ended', everyMs: 1 });
    // The loop stands still from here on until it has listened for long enough, and timers come next.
    await setImmediate();
    writeFileSync(join(workspace, 'go'), '');
    const since = performance.now();
    while (!there('said') || performance.now() - since < 1_500);
    expect(await running).toMatchObject({ exitCode: 0, stdout: 'late\n' });
  });

  it('ends what it started when the worker is killed', async () => {
    const workspace = await temporaryFolder();
    const worker = spawn(process.execPath, [
      join(import.meta.dirname, 'fixtures/run-shell.ts'),
      workspace,
      `${leaveSomebody} sleep 600`,
    ]);
    onTestFinished(() => void worker.kill('SIGKILL'));
    const pid = await pidIn(join(workspace, 'pid'));
    expect(isAlive(pid)).toBe(true);
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
    await until(() => !isAlive(pid), { what: 'the process is gone' });
  });

  it('refuses what cannot be a command', async () => {
    expect(await failureOf(run('echo a\0b'))).toMatch(/NUL/);
    expect(createShell().input.safeParse({ command: 'true', timeoutSeconds: 601 }).success).toBe(false);
    expect(createShell().input.safeParse({ command: '' }).success).toBe(false);
  });

  it('fails with the worker’s own error where the workspace is gone', async () => {
    const workspace = await temporaryFolder();
    await writeFile(join(workspace, 'file'), '');
    await expect(run('true', { workspace: join(workspace, 'file') })).rejects.toThrow(/spawn/);
  });
});

describe('head and tail of a stream', () => {
  it('are the whole of it up to the limit, however it is cut', () => {
    for (const size of [1, 3, 7, 10]) {
      const kept = createHeadAndTail(10);
      const text = '0123456789';
      for (let at = 0; at < text.length; at += size) kept.push(Buffer.from(text.slice(at, at + size)));
      expect([kept.isTruncated, kept.text(), kept.isTruncated]).toEqual([false, text, false]);
    }
  });

  it('leave out the middle beyond it, and count what they left out', () => {
    for (const size of [1, 4, 100]) {
      const kept = createHeadAndTail(10);
      const text = `head.${'x'.repeat(85)}.tail`;
      for (let at = 0; at < text.length; at += size) kept.push(Buffer.from(text.slice(at, at + size)));
      expect([kept.isTruncated, kept.text()]).toEqual([true, 'head.\n… 85 bytes left out …\n.tail']);
    }
  });
});
