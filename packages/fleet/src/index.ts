/** What a sibling of OpenClaw is to be, and what has to be made for it. Nothing here makes anything. */

export { checksOf, homeName, type Check, type CheckId } from './core/checks.ts';
export type { HostFacts, MemberSpec, ServiceKind } from './core/member.ts';
export { readNotes, type MemberNotes, type NotesOutcome } from './core/notes.ts';
export { planMember, stepIds, type Plan, type PlannedStep, type PlanOutcome, type StepId } from './core/plan.ts';
export { choosePort, derivedPorts, type PortChoice, type PortFacts } from './core/ports.ts';
export { fill, type FillOutcome } from './core/workspace/fill.ts';
export { variablesOf, type WorkspaceFacts } from './core/workspace/people.ts';
export { workspaceOf } from './core/workspace/workspace.ts';
export { templates, workspaceFiles, type WorkspaceFile } from './core/workspace/templates.ts';
