/**
 * Gateways as jobs of launchd, of this account. A job that is loaded runs; one that is not to run is not loaded, and
 * disabled, so that a login does not load it.
 *
 * Surprise: launchd knows no exit code after which it starts nothing. OpenClaw unloads its job itself where it ends
 * with 78.
 */

import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { identityOf, makeFolder, replaceFile } from '@perdure/home';
import type { ServiceManager, ServiceState } from '../../core/ports.ts';
import { checkHome } from '../check-spec.ts';
import { lastLines, serviceLog } from '../last-lines.ts';
import { notInstalled } from '../refusals.ts';
import { LaunchdControl, type LaunchdDeps } from './control.ts';
import { labelOf, plistOf, type PrintedJob } from './plist.ts';

export type { LaunchdDeps } from './control.ts';

export function openLaunchd(deps: LaunchdDeps): ServiceManager {
  const control = new LaunchdControl(deps);
  return {
    kind: 'launchd',
    nameOf: ({ handle }) => labelOf(handle),
    async install(spec) {
      control.isThere(spec);
      checkHome(spec.home);
      const wasLoaded = (await control.printed(spec)) !== undefined;
      makeFolder(dirname(control.fileOf(spec)), 0o700);
      makeFolder(dirname(serviceLog(spec.home)), 0o700);
      replaceFile(control.fileOf(spec), plistOf(spec, deps.user));
      if (!wasLoaded) await control.must('keep it from starting', 'disable', control.jobOf(spec));
    },
    async start(spec) {
      if (!control.isThere(spec)) throw notInstalled(spec);
      checkHome(spec.home);
      await control.must('allow it', 'enable', control.jobOf(spec));
      const job = await control.printed(spec);
      if (job === undefined) await control.must('start it', 'bootstrap', control.domain, control.fileOf(spec));
      else if (job.pid === undefined) await control.must('start it', 'kickstart', control.jobOf(spec));
    },
    stop: async (spec, options) => await control.stop(spec, options),
    async remove(spec, options) {
      await control.stop(spec, options);
      rmSync(control.fileOf(spec), { force: true });
    },
    async state(spec) {
      if (!control.isThere(spec)) return { kind: 'absent' };
      const job = await control.printed(spec);
      return job === undefined ? { kind: 'stopped' } : stateOf(job);
    },
    lastLines: async (spec, count) => (control.isThere(spec) ? lastLines(spec.home, count) : []),
  };
}

/** Between two starts of one job, at least. */
const throttleMs = 10_000;

export function stateOf({ pid, runs, exitCode, signal }: PrintedJob): ServiceState {
  const restarts = Math.max(0, runs - 1);
  const process = pid === undefined ? undefined : identityOf(pid);
  if (process !== undefined) return { kind: 'running', process, restarts };
  const end = signal === undefined ? { exitCode } : { exitCode: undefined, signal };
  return { kind: 'failed', ...end, restarts, nextAt: Date.now() + throttleMs };
}
