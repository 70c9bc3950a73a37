/**
 * What people and programs do with runs: one use case a file, each answers a union. An edge parses, calls one and maps
 * the answer.
 */

export { answerWait, type AnswerWaitOutcome, type WaitAnswer } from './answer.ts';
export { createDoorbell, type Doorbell } from './doorbell.ts';
export { delegationStanding, type DelegationStanding } from './delegation.ts';
export { forkRun, type ForkRefusal, type ForkRunRequest } from './fork.ts';
export { orderRun, retryRun, type OrderRefusal, type RunOrderOutcome } from './order.ts';
export type * from './ports.ts';
export { refusalError, runNotFound, type RunRefusal } from './refusal.ts';
export {
  createStart,
  recordRun,
  type KeyConflict,
  type RunRequest,
  type StartedRun,
  type StartRefusal,
  type StartRun,
} from './start.ts';
export {
  cleanRemoved,
  pruneRuns,
  removeRun,
  type Pruned,
  type PruneRequest,
  type RemoveOutcome,
  type RemoveRefusal,
} from './remove.ts';
export { untilSettled } from './until-settled.ts';
