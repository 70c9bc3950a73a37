/** What a sibling of OpenClaw is to be, and what has to be made for it. Nothing here makes anything. */

export { findingCodes, type FindingCode } from './core/adopt/finding-codes.ts';
export { findingsOf, type Finding } from './core/adopt/findings.ts';
export { isReadable, type FoundGateway, type FoundService, type FoundSettings } from './core/adopt/found.ts';
export { checksOf, homeName, type Check, type CheckId } from './core/checks.ts';
export type { ChosenService, HostFacts, MemberSpec, ServiceKind } from './core/member.ts';
export { readNotes, type MemberNotes, type NotesOutcome } from './core/notes.ts';
export { homeOfNotes, modelOfNotes, readTaskTitle, type OrderedByTask, type TaskOrder } from './core/read-task.ts';
export { planMember, stepIds, type Plan, type PlannedStep, type PlanOutcome, type StepId } from './core/plan.ts';
export { choosePort, derivedPorts, type PortChoice, type PortFacts } from './core/choose-port.ts';
export { fill, type FillOutcome } from './core/workspace/fill.ts';
export { variablesOf, type WorkspaceFacts } from './core/workspace/people.ts';
export { workspaceOf } from './core/workspace/workspace.ts';
export { templates, workspaceFiles, type WorkspaceFile } from './core/workspace/templates.ts';
export {
  changeKinds,
  gatewayActions,
  gatewayStatuses,
  nextGatewayStatus,
  type Changeable,
  type ChangeKind,
  type CredentialSource,
  type GatewayAction,
  type GatewayChange,
  type GatewayFailure,
  type GatewayProgram,
  type GatewayRecord,
  type GatewayStatus,
  type ProcessIdentity,
  type Runner,
  type RunnerService,
} from './core/gateway.ts';
export { repairPlan, type Difference, type RepairPlan } from './core/repair.ts';
export { changeOf } from './core/change.ts';
export { compareReleases } from './core/release.ts';
export {
  downgradeProblem,
  megabytes,
  planUpgrade,
  sideBySide,
  upgradeRoles,
  type PlannedUpgrade,
  type UpgradeCandidate,
  type UpgradePlan,
  type UpgradePlanOutcome,
  type UpgradeRole,
  type UpgradeWish,
} from './core/upgrade.ts';
export {
  changeRunId,
  memberStep,
  namesOf,
  stateOfUpgrade,
  tellEnded,
  upgradeInputOf,
  upgradeInputSchema,
  upgradeStates,
  type MemberStanding,
  type UpgradeInput,
  type UpgradeOrder,
  type UpgradeState,
} from './core/upgrade-run.ts';
export { specOf } from './core/service-spec.ts';
export { jobs, type JobId, type JobStep, type StepOf, type StepOrder, type StepReply } from './core/jobs.ts';
export { readOrder, readReply } from './core/step-wire.ts';
export type {
  FleetHub,
  FleetStore,
  GatewayFacts,
  GatewayHealth,
  GatewayOutcome,
  GatewayProgramPort,
  MemberFacts,
  NewGateway,
  Probe,
  Readiness,
  RunnerKeeper,
  ServiceManager,
  ServiceSpec,
  ServiceState,
  StopOptions,
} from './core/ports.ts';
export {
  memberHealths,
  remember,
  seenOf,
  statusOf,
  type HealthChange,
  type Look,
  type MemberHealth,
  type MemberMemory,
} from './core/health.ts';
export { tellChange, type Causes } from './core/health-words.ts';
export { gapIn, tellGap, type Gap } from './core/missed-sweeps.ts';
