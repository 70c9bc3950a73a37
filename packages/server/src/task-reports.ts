/**
 * Reports of tasks, for as long as the server runs: what is due, what waits, and lanes whose time is over. Another
 * process may do the same at the same time: each report is claimed by one.
 */

import { join } from 'node:path';
import { realClock } from '@perdure/engine';
import { appendLine, loadSettings, rootSecret, type HomePaths } from '@perdure/home';
import { createMirror, createSender, laneExpiry, policyOf, startTaskSweep } from '@perdure/tasks/reporting';
import type { createTaskStore } from '@perdure/tasks/store';

/** The same for each server of this state root: one that was killed must not keep its successor from sweeping. */
const holder = 'server';
/** OpenClaw takes half of it on a machine that is busy. */
const attemptMs = 60_000;

export interface ReportingDeps {
  readonly store: ReturnType<typeof createTaskStore>;
  readonly paths: HomePaths;
  readonly log: (message: string) => void;
}

export async function reportTasks({ store, paths, log }: ReportingDeps): Promise<{ stop(): Promise<void> }> {
  const { env } = process;
  const { values } = await loadSettings(paths, { flags: {}, env, cwd: paths.root });
  const mirror = createMirror({ folder: join(paths.root, 'tasks') });
  return startTaskSweep({
    store,
    holder,
    log,
    now: Date.now,
    after: (ms, call) => realClock.after(ms, call),
    policy: policyOf(values),
    expire: laneExpiry({ store, mirror, now: Date.now, warn: log }),
    sender: createSender({
      now: Date.now,
      env,
      timeoutMs: attemptMs,
      readSecret: (name) => rootSecret(paths, env, name),
      log: (line) => appendLine(join(paths.logs, 'reports.log'), line),
    }),
  });
}
