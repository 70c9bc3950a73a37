/** What is asked of launchd. */

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readFileIfAny } from '@perdure/home/files';
import type { ServiceSpec, StopOptions } from '../../core/ports.ts';
import { checkSpec } from '../check-spec.ts';
import { anotherOne, checkProfileHome, couldNot, unending } from '../refusals.ts';
import { runProgram, type Ran, type RunProgram } from '../run-program.ts';
import { homeIn, labelOf, readPrinted, type PrintedJob } from './plist.ts';

export interface LaunchdDeps {
  readonly user: string;
  readonly uid: number;
  readonly accountHome: string;
  readonly run?: RunProgram;
  readonly pollMs?: number;
}

/** `launchctl` answers so where it knows no job of the name. */
export const unknownJob = 113;

export class LaunchdControl {
  readonly #deps: LaunchdDeps;
  readonly #run: RunProgram;
  readonly domain: string;

  constructor(deps: LaunchdDeps) {
    this.#deps = deps;
    this.#run = deps.run ?? runProgram;
    this.domain = `gui/${deps.uid}`;
  }

  launchctl(...words: readonly string[]): Promise<Ran> {
    const { accountHome, user } = this.#deps;
    const env = { HOME: accountHome, USER: user, LOGNAME: user, PATH: '/usr/bin:/bin:/usr/sbin:/sbin' };
    return this.#run('/bin/launchctl', words, { env });
  }

  /** @throws PerdureError `unavailable` */
  async must(what: string, ...words: readonly string[]): Promise<void> {
    required(what, await this.launchctl(...words));
  }

  jobOf({ handle }: ServiceSpec): string {
    return `${this.domain}/${labelOf(handle)}`;
  }

  fileOf({ handle }: ServiceSpec): string {
    return join(this.#deps.accountHome, 'Library', 'LaunchAgents', `${labelOf(handle)}.plist`);
  }

  /** False: there is none. @throws PerdureError where it is none that is acted on */
  isThere(spec: ServiceSpec): boolean {
    checkSpec(spec);
    checkProfileHome(spec, this.#deps.accountHome);
    const text = readFileIfAny(this.fileOf(spec));
    if (text === undefined) return false;
    if (homeIn(text) !== spec.home) throw anotherOne(spec, this.fileOf(spec));
    return true;
  }

  /** Undefined: it is not loaded. */
  async printed(spec: ServiceSpec): Promise<PrintedJob | undefined> {
    const done = await this.launchctl('print', this.jobOf(spec));
    if (done.code === unknownJob) return undefined;
    required('tell how it stands', done);
    return readPrinted(done.stdout);
  }

  async stop(spec: ServiceSpec, options: StopOptions): Promise<'stopped' | 'killed'> {
    if (!this.isThere(spec)) return 'stopped';
    const job = this.jobOf(spec);
    await this.must('keep it from starting', 'disable', job);
    if ((await this.printed(spec)) === undefined) return 'stopped';
    // It answers before the job has ended, with different codes; whether it is gone is looked at.
    await this.launchctl('bootout', job);
    if (await this.#isUnloaded(spec, options)) return 'stopped';
    await this.launchctl('kill', 'SIGKILL', job);
    if (await this.#isUnloaded(spec, { graceMs: 20_000 })) return 'killed';
    throw unending(job, `launchctl print ${job}`);
  }

  /** False: the time is up. */
  async #isUnloaded(spec: ServiceSpec, { graceMs, signal }: StopOptions): Promise<boolean> {
    const deadline = performance.now() + graceMs;
    while ((await this.printed(spec)) !== undefined) {
      if (performance.now() > deadline) return false;
      signal?.throwIfAborted();
      await delay(this.#deps.pollMs ?? 200);
    }
    return true;
  }
}

export function required(what: string, ran: Ran): void {
  if (ran.code !== 0) throw couldNot(what, ran, 'sign in to this Mac with its screen');
}
