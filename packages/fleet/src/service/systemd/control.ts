/** What is asked of systemd, and of OpenClaw about its units. One of that name for another home is not ours (M6). */

import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf } from '@perdure/home';
import { readFileIfAny } from '@perdure/home/files';
import type { ServiceSpec, ServiceState, StopOptions } from '../../core/ports.ts';
import { checkSpec } from '../check-spec.ts';
import { anotherOne, checkProfileHome, couldNot, unending } from '../refusals.ts';
import { runProgram, type Ran, type RunProgram } from '../run-program.ts';
import { homeIn, shownProperties, stateIn, unitNameOf } from './unit.ts';

export interface SystemdDeps {
  /** Whose services they are: name and home of the account, and where its manager has its socket. */
  readonly user: string;
  readonly accountHome: string;
  readonly runtimeDir: string;
  readonly log: (line: string) => void;
  readonly run?: RunProgram;
  readonly pollMs?: number;
}

export interface UnitFiles {
  readonly unit: string;
  /** What is added to the unit. */
  readonly folder: string;
  readonly dropIn: string;
}

export class SystemdControl {
  readonly #deps: SystemdDeps;
  readonly #run: RunProgram;

  constructor(deps: SystemdDeps) {
    this.#deps = deps;
    this.#run = deps.run ?? runProgram;
  }

  /** @throws PerdureError `unavailable` */
  async must(what: string, ...words: readonly string[]): Promise<void> {
    required(what, await this.systemctl(...words));
  }

  systemctl(...words: readonly string[]): Promise<Ran> {
    return this.#run('systemctl', ['--user', '--no-pager', ...words], { env: this.#environment() });
  }

  /** What OpenClaw does about its own service. */
  openclaw({ handle, program }: ServiceSpec, ...words: readonly string[]): Promise<Ran> {
    const env = this.#environment(dirname(program.node));
    const question = [program.entry, '--profile', handle, 'gateway', ...words, '--json'];
    return this.#run(program.node, question, { env, timeoutMs: 180_000 });
  }

  filesOf({ handle }: ServiceSpec): UnitFiles {
    const unit = join(this.#deps.accountHome, '.config', 'systemd', 'user', unitNameOf(handle));
    return { unit, folder: `${unit}.d`, dropIn: join(`${unit}.d`, 'perdure.conf') };
  }

  /** False: there is no such unit. @throws PerdureError where it is none that is acted on */
  isThere(spec: ServiceSpec): boolean {
    checkSpec(spec);
    checkProfileHome(spec, this.#deps.accountHome);
    const { unit } = this.filesOf(spec);
    const text = readFileIfAny(unit);
    if (text === undefined) return false;
    if (homeIn(text) !== spec.home) throw anotherOne(spec, unit);
    return true;
  }

  async stateOf({ handle }: ServiceSpec): Promise<ServiceState> {
    const shown = await this.systemctl('show', unitNameOf(handle), `--property=${shownProperties.join(',')}`);
    required('tell how it stands', shown);
    return stateIn(shown.stdout, { identify: identityOf, now: Date.now() });
  }

  async stop(spec: ServiceSpec, options: StopOptions): Promise<'stopped' | 'killed'> {
    if (!this.isThere(spec)) return 'stopped';
    const name = unitNameOf(spec.handle);
    await this.must('keep it from starting', 'disable', name);
    await this.must('stop it', 'stop', '--no-block', name);
    if (await this.#hasEnded(name, options)) return 'stopped';
    await this.systemctl('kill', '--signal=SIGKILL', name);
    if (await this.#hasEnded(name, { graceMs: 20_000 })) {
      // Else it stands among the units that failed, which nobody would call one that was stopped.
      await this.systemctl('reset-failed', name);
      return 'killed';
    }
    throw unending(name, `systemctl --user status ${name}`);
  }

  /** Without it the services of an account end when it logs out. Where it cannot be had, a person is told. */
  async keepAfterLogout(): Promise<void> {
    const { user, log } = this.#deps;
    const env = this.#environment();
    const shown = await this.#run('loginctl', ['show-user', user, '--property=Linger', '--value'], { env });
    if (shown.stdout.trim() === 'yes') return;
    const enabled = await this.#run('loginctl', ['enable-linger', user], { env });
    if (enabled.code === 0) return;
    log(
      `Agents of ${user} end when ${user} logs out, and do not start with the machine: \`sudo loginctl enable-linger ${user}\` changes that.`,
    );
  }

  /** False: the time is up. */
  async #hasEnded(name: string, { graceMs, signal }: StopOptions): Promise<boolean> {
    const deadline = performance.now() + graceMs;
    for (;;) {
      const { stdout } = await this.systemctl('show', name, '--property=ActiveState');
      if (/^ActiveState=(inactive|failed)$/m.test(stdout)) return true;
      if (performance.now() > deadline) return false;
      signal?.throwIfAborted();
      await delay(this.#deps.pollMs ?? 100);
    }
  }

  #environment(...folders: readonly string[]): Readonly<Record<string, string>> {
    const { user, accountHome, runtimeDir } = this.#deps;
    return {
      HOME: accountHome,
      USER: user,
      LOGNAME: user,
      LANG: 'C.UTF-8',
      PATH: [...folders, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      XDG_RUNTIME_DIR: runtimeDir,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtimeDir}/bus`,
    };
  }
}

/** @throws PerdureError `unavailable` */
export function required(what: string, ran: Ran): void {
  if (ran.code !== 0) throw couldNot(what, ran, 'look at `systemctl --user status`');
}
