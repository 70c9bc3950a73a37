/**
 * Where the command line starts: the only file that touches the process. Start-up is a feature, so the version is
 * answered before anything else loads, and compiled code is kept in a folder beside the bundle (where that cannot be
 * written, nothing is kept).
 */

import { spawn } from 'node:child_process';
import { enableCompileCache } from 'node:module';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { Rim, StopSignal } from './cli/rim.ts';
import { standardSink } from './cli/standard-sink.ts';

const argv = process.argv.slice(2);
/** Told by `bin/perdure`: we were started to outlive our terminal (`nohup`). */
const isHangupIgnored = process.env['PERDURE_HANGUP'] === 'ignored';
const isBundle = import.meta.filename.endsWith('.js');

const stdout = whenUsed(() => standardSink(1, { open: () => process.stdout.on('error', failed), failed }));
const stderr = whenUsed(() => standardSink(2, { open: () => process.stderr.on('error', failed), failed }));

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  stdout().write(`${packageJson.version}\n`);
} else {
  if (isBundle) enableCompileCache(join(import.meta.dirname, '.cache'));
  const [{ runPerdure }, { findCaller }] = await Promise.all([import('./commands.ts'), import('./cli/caller.ts')]);
  process.exitCode = await runPerdure(argv, processRim(whenUsed(findCaller)));
}

function processRim(caller: Rim['caller']): Rim {
  return {
    cwd: workingFolder(),
    env: process.env,
    homedir: homeFolder(),
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return stdout();
    },
    get stderr() {
      return stderr();
    },
    now: Date.now,
    caller,
    background,
    onStopSignal(listener) {
      const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', ...(isHangupIgnored ? [] : ['SIGHUP' as const])];
      // Node itself ends at one that nobody listens to.
      if (isHangupIgnored) process.on('SIGHUP', () => undefined);
      for (const signal of signals) process.on(signal, listener);
      return () => signals.forEach((signal) => process.off(signal, listener));
    },
  };
}

/** In a session of its own: what ends us, or our terminal, leaves it to its work. */
function background(words: readonly string[]): void {
  const { execPath, execArgv } = process;
  const args = [...execArgv, import.meta.filename, ...words];
  const child = spawn(execPath, args, { detached: true, stdio: 'ignore', cwd: homeFolder() });
  child.on('error', () => undefined).unref();
}

/** Node opens a standard stream when it is first named, which takes longer than most of what follows. */
function whenUsed<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

/** What was to be said could not be. */
function failed(error: NodeJS.ErrnoException): void {
  // It is there for its work: neither a full disk under its output, nor a closed terminal, nor the end of `| tee` may
  // end it.
  if (argv[0] === 'up') return;
  // A reader that has seen enough (`| head`) is no error.
  if (error.code === 'EPIPE') process.exit();
  refuse(`What was to be said cannot be written (${error.code}): make room for it, and try again.`, 6);
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return refuse('The working folder is gone: change to one that exists, and try again.', 2);
  }
}

/** `HOME` is heeded where it names a folder: empty, it would mean the working folder. */
function homeFolder(): string {
  try {
    const named = homedir();
    return isAbsolute(named) ? named : userInfo().homedir;
  } catch {
    return refuse('This account has no home folder: set HOME to the absolute path of one, and try again.', 2);
  }
}

/** For what goes wrong around the command line, where it cannot be reported as all else is. */
function refuse(message: string, exitCode: number): never {
  process.stderr.write(`perdure: ${message}\n`);
  process.exit(exitCode);
}
