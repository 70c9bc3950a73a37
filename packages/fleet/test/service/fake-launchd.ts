/**
 * launchd for tests: it keeps its state, runs the jobs, starts them again, and answers `launchctl` with the exit codes
 * and the words of the real one. What it was never held against is a Mac.
 */

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Ran, RunProgram } from '../../src/service/run-program.ts';

interface Job {
  readonly plist: Plist;
  child: ChildProcess | undefined;
  runs: number;
  last: string;
  isLeaving: boolean;
}

export interface Plist {
  readonly Label: string;
  readonly ProgramArguments: readonly string[];
  readonly EnvironmentVariables: Readonly<Record<string, string>>;
  readonly WorkingDirectory: string;
  readonly RunAtLoad: boolean;
  readonly KeepAlive: boolean;
  readonly ExitTimeOut: number;
  readonly StandardOutPath: string;
}

/** As a parser that is not ours reads it. */
export function parsePlist(path: string): Plist {
  const script = 'import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))';
  return JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })) as Plist;
}

export class FakeLaunchd {
  readonly #jobs = new Map<string, Job>();
  readonly #disabled = new Set<string>();
  readonly #throttleMs: number;

  constructor({ throttleMs }: { readonly throttleMs: number }) {
    this.#throttleMs = throttleMs;
  }

  readonly run: RunProgram = (_program, [verb = '', first = '', second = '']) =>
    Promise.resolve(this.#answer(verb, first, second));

  /** As at the end of the session. */
  end(): void {
    for (const job of this.#jobs.values()) {
      job.isLeaving = true;
      kill(job, 'SIGKILL');
    }
  }

  /** What is loaded. */
  get labels(): readonly string[] {
    return [...this.#jobs.keys()];
  }

  isDisabled(job: string): boolean {
    return this.#disabled.has(job);
  }

  #answer(verb: string, first: string, second: string): Ran {
    switch (verb) {
      case 'enable':
        this.#disabled.delete(first);
        return ran();
      case 'disable':
        this.#disabled.add(first);
        return ran();
      case 'bootstrap':
        return this.#bootstrap(first, second);
      case 'bootout':
        return this.#bootout(first);
      case 'kickstart':
        return this.#withJob(first, (job) => this.#start(job));
      case 'kill':
        return this.#withJob(second, (job) => kill(job, 'SIGKILL'));
      case 'print':
        return this.#print(first);
      default:
        return ran(64, '', `Unrecognized subcommand: ${verb}`);
    }
  }

  #bootstrap(domain: string, path: string): Ran {
    const plist = parsePlist(path);
    const name = `${domain}/${plist.Label}`;
    if (this.#jobs.has(name)) return ran(5, '', 'Bootstrap failed: 5: Input/output error');
    if (this.#disabled.has(name)) return ran(119, '', 'Bootstrap failed: 119: Service is disabled');
    const job: Job = { plist, child: undefined, runs: 0, last: '(never exited)', isLeaving: false };
    this.#jobs.set(name, job);
    if (plist.RunAtLoad) this.#start(job);
    return ran();
  }

  #bootout(name: string): Ran {
    const job = this.#jobs.get(name);
    if (job === undefined) return ran(3, '', 'Boot-out failed: 3: No such process');
    job.isLeaving = true;
    if (job.child === undefined) {
      this.#jobs.delete(name);
      return ran();
    }
    job.child.once('exit', () => this.#jobs.delete(name));
    job.child.kill('SIGTERM');
    return ran(36, '', 'Boot-out failed: 36: Operation now in progress');
  }

  #start(job: Job): void {
    if (job.child !== undefined || job.isLeaving) return;
    const { ProgramArguments, EnvironmentVariables, WorkingDirectory, StandardOutPath } = job.plist;
    const [program = '', ...words] = ProgramArguments;
    const log = openSync(StandardOutPath, 'a');
    const child = spawn(program, words, {
      cwd: WorkingDirectory,
      env: { PATH: '/usr/bin:/bin', ...EnvironmentVariables },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    job.child = child;
    job.runs += 1;
    child.once('exit', (code, signal) => {
      // What is left of its group is killed with it.
      kill(job, 'SIGKILL');
      job.child = undefined;
      const number = signal === null ? 0 : constants.signals[signal];
      job.last =
        signal === null ? `last exit code = ${code}` : `last terminating signal = ${signal.slice(3)}: ${number}`;
      if (job.plist.KeepAlive && !job.isLeaving) void delay(this.#throttleMs).then(() => this.#start(job));
    });
  }

  #withJob(name: string, act: (job: Job) => void): Ran {
    const job = this.#jobs.get(name);
    if (job === undefined) return notFound(name);
    act(job);
    return ran();
  }

  #print(name: string): Ran {
    const job = this.#jobs.get(name);
    if (job === undefined) return notFound(name);
    const { child, runs, last } = job;
    const lines = [
      `${name} = {`,
      `\tactive count = ${child === undefined ? 0 : 1}`,
      `\tpath = ${job.plist.WorkingDirectory}`,
      `\ttype = LaunchAgent`,
      `\tstate = ${child === undefined ? 'spawn scheduled' : 'running'}`,
      `\truns = ${runs}`,
      ...(child === undefined ? [] : [`\tpid = ${child.pid}`]),
      last.startsWith('(') ? `\tlast exit code = ${last}` : `\t${last}`,
      '}',
    ];
    return ran(0, `${lines.join('\n')}\n`);
  }
}

const notFound = (name: string): Ran =>
  ran(113, '', `Bad request.\nCould not find service "${name.split('/').at(-1)}" in domain for user gui`);

const ran = (code = 0, stdout = '', stderr = ''): Ran => ({ code, stdout, stderr });

function kill({ child }: Job, signal: NodeJS.Signals): void {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in it.
  }
}
