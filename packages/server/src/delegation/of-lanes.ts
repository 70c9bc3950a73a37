/**
 * Lanes of tasks that were given to members of the hub (`lane assign --agent`), as errands. That one is wanted is in
 * the log of its task before anything is said; whether its return counts is for the log to say, as of any other lane.
 */

import { compact, isTaskClosed, type Lane, type Task } from '@perdure/contract';
import {
  ingestReturn,
  isOverdue,
  laneBrief,
  quarantineText,
  returnItems,
  returnOf,
  type AgentLane,
  type IdDeps,
  type WriteDeps,
} from '@perdure/tasks/lane-agents';
import type { Errand, Returned, Taken } from './errand.ts';

export interface LaneErrandDeps extends WriteDeps<'lanesOfAgents'>, IdDeps {}

/** As of what runs delegate: who returns later is read in the hub. */
const listensMs = 7 * 86_400_000;

export async function errandsOfLanes(deps: LaneErrandDeps): Promise<readonly Errand[]> {
  const since = deps.now() - listensMs;
  const rounds = await deps.store.lanesOfAgents(since);
  const tasks = new Map<string, Task | undefined>();
  for (const taskId of new Set(rounds.map((round) => round.taskId))) {
    // One that cannot be read is told of by whoever asks for it, and keeps none of the others waiting.
    tasks.set(taskId, await deps.store.get(taskId).catch(() => undefined));
  }
  return rounds.flatMap((round) => {
    const task = tasks.get(round.taskId);
    const lane = task?.lanes.find(({ line }) => line === round.line);
    if (task === undefined || lane === undefined) return [];
    const isCurrent = lane.agent?.key === round.key;
    return isCurrent || round.at > since ? [errandOf(deps, round, { task, lane })] : [];
  });
}

interface Place {
  readonly task: Task;
  readonly lane: Lane;
}

function errandOf(deps: LaneErrandDeps, round: AgentLane, place: Place): Errand {
  const { taskId, line, handle, key } = round;
  const { task, lane } = place;
  const standing = standingOf(round, place, deps.now());
  return {
    id: key,
    to: handle,
    message: laneBrief(task, lane, 'in a message'),
    ...compact(standing),
    marks: [`task_id: ${taskId}`, `line: ${line}`],
    // That of another node is one too: it is kept apart, and its worker hears why.
    isFor: (given) => given.task_id === taskId && given.line === line,
    take: (returned) => take(deps, round, returned),
    undeliverable: async (why) => {
      await ingest(deps, 'perdure', { taskId, text: unsaid(round, lane, why) });
    },
  };
}

type Standing = { readonly standing: Errand['standing']; readonly over?: string };

const closed = (why: string): Standing => ({
  standing: 'closed',
  over: `${why} Stop working on it, and return nothing.`,
});

function standingOf({ key }: AgentLane, { task, lane }: Place, now: number): Standing {
  if (isTaskClosed(task.desired_state)) return closed(`Task ${task.task_id} was closed.`);
  if (lane.agent?.key !== key) return closed(`Lane ${lane.line} was given anew, and this round of it is over.`);
  if (lane.status === 'expired' || isOverdue(lane, now)) {
    return closed('The time for this is up, and it is decided on without you.');
  }
  if (lane.status === 'assigned') return { standing: task.desired_state === 'running' ? 'tell' : 'take' };
  return closed(lane.last_return_at === null ? 'This is not needed any more.' : 'A return for this was taken.');
}

async function take(deps: LaneErrandDeps, { taskId, line, key }: AgentLane, returned: Returned): Promise<Taken> {
  const { given, by } = returned;
  const lane = (await deps.store.get(taskId))?.lanes.find((one) => one.line === line);
  const isOurs = lane?.agent?.key === key;
  // It would pass for one of the round that is at work now. It stays in the hub.
  if (!isOurs && lane?.status === 'assigned' && lane.node === given.node) return { kind: 'taken' };
  const outcome = await ingest(deps, by, { taskId, text: given });
  const after = outcome.task.lanes.find((one) => one.line === line);
  if (after?.status !== 'assigned' || after.agent?.key !== key) return { kind: 'taken' };
  const why =
    outcome.kind === 'quarantined'
      ? quarantineText[outcome.kept.why]
      : 'it is the return of an earlier round, word for word';
  return { kind: 'unfit', why: `${why}; it is at node ${after.node}` };
}

/** @throws where it cannot be taken now; it is tried again with the next look. */
async function ingest(deps: LaneErrandDeps, name: string, request: Parameters<typeof ingestReturn>[2]) {
  const outcome = await ingestReturn(deps, { name }, request);
  if (outcome.kind === 'refused') throw new Error(outcome.message);
  return outcome;
}

/** What its worker would return, had it been told. The key makes it another one in each round. */
function unsaid({ taskId: task_id, handle, key }: AgentLane, { line, node, goal }: Lane, why: string) {
  const words = [
    goal.slice(0, 2_000).toWellFormed(),
    'Nothing.',
    'None.',
    `${handle} could not be told (${key}): ${why.slice(0, 2_000).toWellFormed()}`,
    'Mend the cause, or give the lane to somebody else.',
    'None.',
  ];
  const body = returnItems.map((item, index) => `${item}\n${words[index]}`).join('\n');
  return returnOf({ task_id, line, node, tag: 'blocked', goal_status: 'blocked', next_role: 'main', body });
}
