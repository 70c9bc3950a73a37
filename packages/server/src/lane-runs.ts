/**
 * Lanes of tasks that are runs of pipelines: starts those that are wanted, and hands in those that have ended. It looks
 * again and again and remembers nothing, so it makes no difference which process died in between, or how many servers
 * look at once: a start has a key, and an end is taken once.
 */

import { isFinished, type Run } from '@perdure/contract';
import { createStart, refusalError, type RunDeskDeps } from '@perdure/runs/desk';
import {
  createMirror,
  tendLaneRuns,
  type LaneRuns,
  type LaneStore,
  type RunStart,
  type TendDeps,
} from '@perdure/tasks/lane-runs';

export function laneRunsOf(deps: RunDeskDeps): LaneRuns {
  const start = createStart(deps);
  return {
    async start({ pipeline, input, key }): Promise<RunStart> {
      const outcome = await start({ pipeline, input, idempotencyKey: key, actor: 'lane' });
      if (outcome.kind === 'started') return { kind: 'started', runId: outcome.runId };
      const { message: why } = refusalError(outcome);
      // Somebody is at these files, or will be.
      const isPassing = outcome.kind === 'no_pipelines_yet' || outcome.kind === 'pipeline_left_out';
      return { kind: isPassing ? 'away' : 'refused', why };
    },
    async look(runId) {
      const run = await deps.reader.getRun(runId);
      if (run === undefined) return { kind: 'gone' };
      const { status } = run;
      return isFinished(status) ? { kind: 'ended', status, text: textOf(run) } : { kind: 'goes_on' };
    },
  };
}

function textOf({ output, error }: Run): string {
  if (error !== undefined) return error.message;
  return typeof output === 'string' ? output : (JSON.stringify(output, null, 2) ?? '');
}

/** Who writes what a server finds out. */
const writer = { name: 'perdure' };
/** Between two looks. */
const everyMs = 2_000;

/** `folder`: that of the readable copies. */
export function watchLaneRuns(
  deps: RunDeskDeps,
  { store, folder }: { readonly store: LaneStore; readonly folder: string },
): { stop(): void } {
  const { clock: now, newId, log } = deps;
  const options = { store, mirror: createMirror({ folder }), runs: laneRunsOf(deps), now, newId, warn: log };
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastTrouble = '';
  const look = async (): Promise<void> => {
    const trouble = await lookOnce(options);
    // Said once, and again where it is another.
    if (trouble !== '' && trouble !== lastTrouble) log(trouble);
    lastTrouble = trouble;
    if (!isStopped) timer = setTimeout(() => void look(), everyMs);
  };
  void look();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** One broken task keeps none of the others waiting. Answers what went wrong; empty: nothing. */
export async function lookOnce(deps: TendDeps & { readonly store: LaneStore }): Promise<string> {
  const troubles: string[] = [];
  const say = (taskId: string, what: string) => troubles.push(`Lanes of task ${taskId}: ${what}`);
  try {
    for (const taskId of await deps.store.idsWithRuns()) {
      try {
        const outcome = await tendLaneRuns(deps, writer, { taskId });
        if (outcome.kind === 'refused') say(taskId, outcome.message);
        else for (const { why } of outcome.waits) say(taskId, why);
      } catch (error) {
        say(taskId, (error as Error).message);
      }
    }
  } catch (error) {
    troubles.push((error as Error).message);
  }
  return troubles.join('\n');
}
