/**
 * One life of `perdure up --json` as a process of its own, and what it tells about its parts. The source is run, not
 * the bundle: the bundle may be older.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { identityOf, isSameProcess, sendSignal, type ProcessIdentity } from '@perdure/home';
import type { LaunchStatus, PartName } from '@perdure/launcher';

const main = fileURLToPath(import.meta.resolve('perdure/main'));

/** An account of this machine that is not ours, by its numbers: only root may start its processes. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where and how one `perdure up` runs. */
export interface UpOptions {
  /** Whether the demo model answers, whatever is configured. */
  readonly isDemo: boolean;
  /** Flags behind `up --json`. */
  readonly flags: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whose process it is; absent: ours. */
  readonly account?: Account | undefined;
  readonly onStatus: (status: LaunchStatus) => void;
}

/** A launcher from its start to its end; starts at once. */
export class UpProcess {
  /** Resolves when everything works; rejects with the launcher's own words when it ends before. */
  readonly up: Promise<void>;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #pids = new Map<PartName, number>();
  /** Every process this launcher told of, itself first. */
  readonly #started: ProcessIdentity[] = [];

  constructor(options: UpOptions) {
    this.#child = spawn(
      process.execPath,
      [main, 'up', '--json', ...(options.isDemo ? ['--demo'] : []), ...options.flags],
      {
        cwd: options.cwd,
        env: options.env,
        ...options.account,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#remember(this.#child.pid);
    const words: string[] = [];
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => words.push(text));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => undefined);
    this.up = promise;
    this.#child.once('error', reject);
    this.exited = new Promise((done) => {
      this.#child.once('close', (code, signal) => {
        reject(new Error(`perdure up ended (${signal ?? `exit code ${code}`}): ${words.join('').trim()}`));
        done();
      });
    });
    if (this.#child.stdout === null) throw new Error('perdure up has no stdout to listen to');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const { data: told } = JSON.parse(line) as { readonly data: LaunchStatus | { readonly kind: 'up' } };
      if (told.kind === 'up') return resolve();
      this.#heard(told);
      options.onStatus(told);
    });
  }

  get launcherPid(): number | undefined {
    return this.#child.pid;
  }

  /** Pid of a part, while it is up. */
  pid(part: PartName): number | undefined {
    return this.#pids.get(part);
  }

  /** SIGKILL to a part that is up; false when it is not. */
  kill(part: PartName): boolean {
    const pid = this.#pids.get(part);
    if (pid === undefined) return false;
    // What the launcher has not noticed yet is no longer up all the same.
    this.#pids.delete(part);
    sendSignal(pid);
    return true;
  }

  /** SIGKILL to the launcher alone: its parts notice and end in order. */
  killLauncher(): void {
    this.#child.kill('SIGKILL');
  }

  /** SIGKILL to the launcher and whatever of its parts is alive. */
  killAll(): void {
    this.killLauncher();
    for (const { pid } of this.#alive()) sendSignal(pid);
    this.#pids.clear();
  }

  /** Whether nothing that this launcher told of is alive. */
  get isGone(): boolean {
    return this.#alive().length === 0;
  }

  #heard(status: LaunchStatus): void {
    if (status.kind === 'ready') {
      this.#pids.set(status.part, status.pid);
      this.#remember(status.pid);
    } else if (status.kind === 'crashed') this.#pids.delete(status.part);
  }

  #remember(pid: number | undefined): void {
    const identity = pid === undefined ? undefined : identityOf(pid);
    if (identity !== undefined) this.#started.push(identity);
  }

  #alive(): readonly ProcessIdentity[] {
    return this.#started.filter(isSameProcess);
  }
}
