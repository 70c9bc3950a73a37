/**
 * Jobs of launchd that somebody else wrote. To stop one is to unload it, until the next login: nothing of theirs is
 * disabled.
 */

import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { required, unknownJob, type LaunchdControl } from '../launchd/control.ts';
import { stateOf } from '../launchd/launchd.ts';
import { readPrinted, type PrintedJob } from '../launchd/plist.ts';
import { unending } from '../refusals.ts';
import type { TheirServices } from './theirs.ts';

export function theirJobs(control: Pick<LaunchdControl, 'launchctl' | 'domain'>, { pollMs = 200 } = {}): TheirServices {
  const jobOf = (name: string): string => `${control.domain}/${name}`;
  /** Undefined: it is not loaded. */
  const printed = async (name: string): Promise<PrintedJob | undefined> => {
    const ran = await control.launchctl('print', jobOf(name));
    if (ran.code === unknownJob) return undefined;
    required('tell how it stands', ran);
    return readPrinted(ran.stdout);
  };
  const isUnloaded = async (name: string, graceMs: number, signal?: AbortSignal): Promise<boolean> => {
    const deadline = performance.now() + graceMs;
    while ((await printed(name)) !== undefined) {
      if (performance.now() > deadline) return false;
      signal?.throwIfAborted();
      await delay(pollMs);
    }
    return true;
  };
  return {
    async state({ name, file }) {
      const job = await printed(name);
      if (job !== undefined) return stateOf(job);
      return { kind: existsSync(file) ? 'stopped' : 'absent' };
    },
    async start({ name, file }) {
      const job = await printed(name);
      const words = job === undefined ? ['bootstrap', control.domain, file] : ['kickstart', jobOf(name)];
      required('start it', await control.launchctl(...words));
    },
    // A login loads what lies in its folder; only what is unloaded is gone until then.
    isEnabled: async () => false,
    enable: async () => {},
    disable: async () => {},
    reread: async () => {},
    async stop({ name }, { graceMs, signal }) {
      if ((await printed(name)) === undefined) return 'stopped';
      await control.launchctl('bootout', jobOf(name));
      if (await isUnloaded(name, graceMs, signal)) return 'stopped';
      await control.launchctl('kill', 'SIGKILL', jobOf(name));
      if (await isUnloaded(name, 20_000)) return 'killed';
      throw unending(jobOf(name), `launchctl print ${jobOf(name)}`);
    },
  };
}
