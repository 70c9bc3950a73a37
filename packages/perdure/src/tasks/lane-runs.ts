/** Runs of lanes through the server of this state root, where one runs. */

import { isPerdureError, type ErrorCode, type Task } from '@perdure/contract';
import { tendLaneRuns, type LaneRuns } from '@perdure/tasks';
import type { CommonOptions } from '../cli/options.ts';
import { warn } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectHere } from '../client/connect.ts';
import type { OpenTasks } from './open-tasks.ts';
import { inPlace, orThrow } from './refusal.ts';

/** Starts what is wanted. Without a server it stays wanted: the next one starts it, as after a crash. */
export async function startLaneRuns(rim: Rim, tasks: OpenTasks, { id, options }: LaneRunsOf): Promise<Task> {
  const deps = { ...tasks, runs: laneRunsOver(rim, options) };
  const { task, waits } = orThrow(tasks, await tendLaneRuns(deps, {}, { taskId: id }));
  for (const { line, why } of waits) {
    const sentence = `The run of lane ${line} is not started yet (${why.replace(/\.$/, '')}); it is kept, and the next \`perdure up\` starts it.`;
    warn(rim, options, inPlace(tasks.place, sentence));
  }
  return task;
}

interface LaneRunsOf {
  readonly id: string;
  readonly options: CommonOptions;
}

/** Asking again would be answered the same. */
const finalCodes: readonly ErrorCode[] = ['invalid_input', 'not_found', 'conflict', 'too_large'];

function laneRunsOver(rim: Rim, options: CommonOptions): LaneRuns {
  return {
    async start({ pipeline, input, key }) {
      try {
        const request = { headers: { 'idempotency-key': key }, body: { pipeline, input } };
        const { data } = await connectHere(rim, options).startRun(request);
        return { kind: 'started', runId: data.id };
      } catch (error) {
        const isFinal = finalCodes.some((code) => isPerdureError(error, code));
        return { kind: isFinal ? 'refused' : 'away', why: (error as Error).message };
      }
    },
    // Its end is for the server to hand in, which sees it within seconds.
    look: () => Promise.resolve({ kind: 'goes_on' }),
  };
}
