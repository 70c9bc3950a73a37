/**
 * The life of a run: one table as data. The domain guard, the SQL compare-and-set, the CLI and the diagram in
 * `docs/concepts/runs.md` read it; nobody repeats it.
 */

export const runStatuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'needs_attention',
  'undoing',
  'completed',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/**
 * What can happen to a run. `drive`: a driver begins; `hold`: it is paused before anybody drives, since its record was
 * copied or restored; `undo`: compensation begins; `retry`: a failed run goes on at its failed step.
 */
export const runActions = [
  'drive',
  'park',
  'pause',
  'hold',
  'stop_for_attention',
  'resume',
  'undo',
  'complete',
  'fail',
  'cancel',
  'retry',
] as const;
export type RunAction = (typeof runActions)[number];

export const runTransitions = {
  queued: { drive: 'running', hold: 'paused' },
  running: {
    drive: 'running',
    park: 'waiting',
    pause: 'paused',
    hold: 'paused',
    stop_for_attention: 'needs_attention',
    undo: 'undoing',
    complete: 'completed',
    fail: 'failed',
    cancel: 'cancelled',
  },
  waiting: { drive: 'running', hold: 'paused' },
  paused: { resume: 'queued' },
  needs_attention: { resume: 'queued' },
  undoing: {
    drive: 'undoing',
    hold: 'paused',
    stop_for_attention: 'needs_attention',
    fail: 'failed',
    cancel: 'cancelled',
  },
  completed: {},
  failed: { retry: 'queued' },
  cancelled: {},
} as const satisfies Record<RunStatus, Partial<Record<RunAction, RunStatus>>>;

/** The status after `action`, or undefined where the table has no such arrow. */
export function nextRunStatus(status: RunStatus, action: RunAction): RunStatus | undefined {
  return (runTransitions[status] as Partial<Record<RunAction, RunStatus>>)[action];
}

/**
 * Why a run is held: it was asked for (`up --hold`), or its state root was taken over, made one of its own, or adopted.
 */
export const holdReasons = ['hold', 'take_over', 'copy', 'trust'] as const;
export type HoldReason = (typeof holdReasons)[number];

/** Statuses a run never leaves but by `retry`. */
export const finishedStatuses = ['completed', 'failed', 'cancelled'] as const satisfies readonly RunStatus[];
export type FinishedStatus = (typeof finishedStatuses)[number];

export function isFinished(status: RunStatus): status is FinishedStatus {
  return (finishedStatuses as readonly RunStatus[]).includes(status);
}

/** Whether a run of this status works on nothing, until a time, a person or another run lets it go on. */
export function isAtRest(status: RunStatus): boolean {
  return status === 'waiting' || status === 'paused' || status === 'needs_attention';
}

/** Whether it has ended, or has stopped until somebody decides: who follows a run need not stay. */
export function isSettled(status: RunStatus): boolean {
  return isFinished(status) || status === 'needs_attention';
}

/** Whether a question of a run of this status can still be answered: nothing that is being undone hears an answer. */
export function takesAnswers(status: RunStatus): boolean {
  return !isFinished(status) && status !== 'undoing';
}

/** Whether the error of a run of this status says something about now; that of another is of an earlier try. */
export function showsError(status: RunStatus): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'undoing' || status === 'needs_attention';
}

/**
 * What a waiting run waits for. `model`: one that is away; asked again with growing pauses. `member`: an agent of a
 * family, to which something was delegated.
 */
export const waitKinds = ['timer', 'human', 'child', 'model', 'member'] as const;
export type WaitKind = (typeof waitKinds)[number];

interface CommandEntry {
  readonly accepts: readonly RunStatus[];
  /** What a waiting run waits for where it is accepted too. */
  readonly acceptsWaitFor?: readonly WaitKind[];
  readonly passes: readonly RunStatus[];
}

/**
 * What a reader may do with a run. `accepts`: the statuses in which it makes sense; elsewhere it is refused with a
 * conflict. `passes`: those that the run may have on its way, after it was taken and before it has had its effect.
 */
export const runCommands = {
  pause: { accepts: ['queued', 'running', 'waiting'], passes: [] },
  /** Of a run that waits for a model: it is asked now. */
  resume: { accepts: ['paused', 'needs_attention'], acceptsWaitFor: ['model'], passes: ['queued'] },
  cancel: { accepts: ['queued', 'running', 'waiting', 'paused', 'needs_attention'], passes: ['undoing'] },
  /** Carries a text for the next model turn; it starts and stops nothing. */
  steer: { accepts: ['queued', 'running', 'waiting', 'paused', 'needs_attention'], passes: [] },
  /** The only one that changes the record at once. */
  retry: { accepts: ['failed'], passes: ['queued'] },
} as const satisfies Record<string, CommandEntry>;
export type RunCommand = keyof typeof runCommands;

const { pause, resume, cancel, steer } = runCommands;
/** Those that go through a run's inbox; a driver consumes them with a commit that names them. */
export const runOrders = { pause, resume, cancel, steer } as const;
export type RunOrder = keyof typeof runOrders;

/** `waitsFor`: what the run waits for, where it is waiting. */
export function orderAccepted(command: RunCommand, status: RunStatus, waitsFor?: WaitKind): boolean {
  const { accepts, acceptsWaitFor = [] }: CommandEntry = runCommands[command];
  if (accepts.includes(status)) return true;
  return status === 'waiting' && waitsFor !== undefined && acceptsWaitFor.includes(waitsFor);
}

/** Whether a run that was given `command` and has this status has yet to follow it. */
export function isPending(command: RunCommand, status: RunStatus): boolean {
  return orderAccepted(command, status) || (runCommands[command].passes as readonly RunStatus[]).includes(status);
}

/** All that may be done with a run of this status, in the order of the table. */
export function commandsFor(status: RunStatus, waitsFor?: WaitKind): readonly RunCommand[] {
  return (Object.keys(runCommands) as RunCommand[]).filter((command) => orderAccepted(command, status, waitsFor));
}
