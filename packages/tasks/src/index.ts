/** Durable tasks: the ledger of a long piece of work, for any agent in any harness. */

export { isHuman } from './core/actors.ts';
export { fitWords, hiddenLines } from './core/answer-room.ts';
export { brief } from './core/brief.ts';
export type { Brief } from './core/brief.ts';
export { classify, defaultMaxAgeMs, displayState } from './core/classify.ts';
export type { Classification, ClassifyOptions, DisplayState } from './core/classify.ts';
export type {
  CommandContext,
  CreateTask,
  EditableTask,
  HaltedState,
  LanePlan,
  LaneReturn,
  NewLease,
  SingleCommand,
  TaskCommand,
} from './core/commands.ts';
export { contextLevel, handOver } from './core/context-guard.ts';
export { decide } from './core/decide.ts';
export { isOwnName } from './core/decide-edit.ts';
export { decideCreate } from './core/decide-create.ts';
export type { TaskEvent, TaskEventBody, TaskEventType } from './core/events.ts';
export { evolve } from './core/evolve.ts';
export { criterionProblem, gate, isForced, isMetFailing } from './core/gate.ts';
export type { CriterionProblem, GateGap, RepeatableCheck } from './core/gate.ts';
export { defaultLaneMinutes } from './core/decide-lane.ts';
export { quarantineText } from './core/decide-return.ts';
export { parseReturn, returnHeaders, returnItems, returnOf } from './core/lane-return.ts';
export { checkLanes, laneGaps, maxParallel, overdueLanes, standingOf, waitingLanes } from './core/lanes.ts';
export type { LaneCheck, LaneStanding } from './core/lanes.ts';
export { defaultLeaseTtlMs, leaseState, leaseTtlOf } from './core/lease.ts';
export type { LeaseState } from './core/lease.ts';
export type {
  ArchiveEntry,
  Decision,
  Refusal,
  ResumeItem,
  ResumeQueue,
  TaskFilter,
  TaskStore,
  Written,
} from './core/ports.ts';
export { pendingId, pendingSummary } from './core/pending.ts';
export { markOf, reservations } from './core/reservations.ts';
export { reconcileFindings } from './core/reconcile.ts';
export type { Finding } from './core/reconcile.ts';
export { briefTokens, renderBrief } from './core/render-brief.ts';
export { deliveryFromEnvironment, deliveryOf, withDelivery } from './core/delivery.ts';
export { reportDue, type Due, type DueOptions } from './core/report-due.ts';
export type { Reported } from './core/reported.ts';
export { policyOf, reportIntervalSeconds, reportLevel } from './core/report-policy.ts';
export type { ReportPolicy, ReportSettings } from './core/report-policy.ts';
export { cleanLine, messageText, reportText, statusSnapshot } from './core/report-text.ts';
export type { StatusSnapshot } from './core/report-text.ts';
export type { Outbox, SendOutcome, StoredReport } from './core/outbox.ts';
export { isOnward, resumeTable } from './core/resume-table.ts';
export type { ResumeFact, ResumeRow } from './core/resume-table.ts';
export { selectTask } from './core/select.ts';
export type { RankedTask, SelectOptions } from './core/select.ts';
export { bar, headLine, immediateLine, projectPercent, statusLine, taskPercent } from './core/status-line.ts';
export { isoTime } from './core/time.ts';
export { touchedText } from './core/touched.ts';
export { boundaryAnswer, continueAnswer, heedOf } from './core/told.ts';
export type { BoundaryAnswer, ContinueAnswer, Heed } from './core/told.ts';
export { reportView, taskEventView, taskSummary, taskView } from './core/view.ts';
export { reconcileTask, recordAction } from './desk/action.ts';
export type { ActionRequest } from './desk/action.ts';
export { archiveTask } from './desk/archive.ts';
export type { ArchiveDeps, ArchiveOutcome } from './desk/archive.ts';
export { passBoundary } from './desk/boundary.ts';
export { wakesOf } from './desk/choose-task.ts';
export type { TaskChoice } from './desk/choose-task.ts';
export { completeTask } from './desk/complete.ts';
export type { CompleteOutcome, ReverifyStep } from './desk/complete.ts';
export { reportContext } from './desk/context.ts';
export type { ContextOutcome } from './desk/context.ts';
export { continueTask } from './desk/continue.ts';
export type { ContinueOutcome, ContinueRequest } from './desk/continue.ts';
export { controlTask } from './desk/control.ts';
export { createTask } from './desk/create.ts';
export type { EvidenceDeps, IdDeps, KeptTokens, LeaseDeps, WriteDeps, Writer } from './desk/deps.ts';
export { exportTask } from './desk/export.ts';
export { forgetHandOvers, handOversOf } from './desk/hand-over.ts';
export { assignLane } from './desk/lane-assign.ts';
export type { AssignLaneRequest } from './desk/lane-assign.ts';
export { decideLane } from './desk/lane-decide.ts';
export { expireLanes, laneExpiry } from './desk/lane-expire.ts';
export { lookAtLanes, returnedWords, showKeptReturn, showLane } from './desk/lane-look.ts';
export { ingestReturn, settleReturn } from './desk/lane-return.ts';
export { tendLaneRuns } from './desk/lane-runs.ts';
export type { LaneRuns, RunLook, RunStart } from './desk/lane-runs.ts';
export { withKeptTokenOf } from './desk/kept-token.ts';
export { importTasks } from './desk/import.ts';
export { reportProgress } from './desk/progress.ts';
export type { ProgressRequest } from './desk/progress.ts';
export { rebuildTasks } from './desk/rebuild.ts';
export { recentEvents } from './desk/recent.ts';
export { restoreTask } from './desk/restore.ts';
export type { RestoreDeps, RestoreOutcome } from './desk/restore.ts';
export { showTask } from './desk/show.ts';
export { whereItStands } from './desk/stand.ts';
export { takeUp } from './desk/take-up.ts';
export type { TakeUpOutcome, TakeUpRequest } from './desk/take-up.ts';
export { verify } from './desk/verify.ts';
export type { VerifyRequest } from './desk/verify.ts';
export { createAsOriginal, updateAsOriginal } from './desk/write-original.ts';
export type { OriginalWrite, OriginalWriteOutcome } from './desk/write-original.ts';
export { writeTask } from './desk/write.ts';
export { sendReports, type SendDeps, type Sender, type Sent } from './desk/send-reports.ts';
export { tick, type TickDeps, type TickOutcome, type TickRequest, type TickResult } from './desk/tick.ts';
export { createEvidenceRunner } from './evidence/runner.ts';
export { createMirror } from './mirror/mirror.ts';
export { printedSnapshot } from './original/own-fields.ts';
export {
  autoBoundNote,
  isPrinted,
  printedEvents,
  saidDetails,
  saidName,
  type PrintedEvent,
} from './original/printed-events.ts';
export { secondsTime } from './original/times.ts';
export { createTaskReader } from './store/task-reader.ts';
export { createTaskStore } from './store/task-store.ts';
export type { TaskStoreOptions } from './store/task-store.ts';
export * from './mcp/index.ts';
