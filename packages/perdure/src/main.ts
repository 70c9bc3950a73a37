/**
 * Where the command line starts: the only file that touches the process. Start-up is a feature, so the version is answered before
 * anything else loads, and compiled code is kept in a folder beside the bundle (where that cannot be written, nothing is kept).
 */

import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { Rim, StopSignal } from './cli/rim.ts';

const argv = process.argv.slice(2);
const isBundle = import.meta.filename.endsWith('.js');

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // It is there for its work: neither a full disk under its output, nor a closed terminal, nor the end of `| tee` may end it.
    if (argv[0] === 'up') return;
    // A reader that has seen enough (`| head`) is no error.
    if (error.code === 'EPIPE') process.exit();
    refuse(`What was to be said cannot be written (${error.code}): make room for it, and try again.`, 6);
  });
}

if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
  process.stdout.write(`${packageJson.version}\n`);
} else {
  if (isBundle) enableCompileCache(join(import.meta.dirname, '.cache'));
  const { runCli } = await import('./cli/run-cli.ts');
  process.exitCode = await runCli(argv, processRim());
}

function processRim(): Rim {
  return {
    cwd: workingFolder(),
    env: process.env,
    homedir: homedir(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    onStopSignal(listener) {
      const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
      for (const signal of signals) process.on(signal, listener);
      return () => signals.forEach((signal) => process.off(signal, listener));
    },
  };
}

function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return refuse('The working folder is gone: change to one that exists, and try again.', 2);
  }
}

/** For what goes wrong around the command line, where it cannot be reported as all else is. */
function refuse(message: string, exitCode: number): never {
  process.stderr.write(`perdure: ${message}\n`);
  process.exit(exitCode);
}
