/**
 * The run core as other rooms see it: what agents and tools are offered, what a drive needs of its surroundings. Who
 * drives runs, keeps them or takes people's orders has a door of its own.
 */

export type { RunJournal } from './record/journal.ts';
export type { Clock, LiveSink, LoopOccupant, LoopRegister, StuckDrive, Waker } from './record/ports.ts';
export type { RunWait, Steer } from './record/record.ts';
export type {
  AgentCaller,
  CalledTool,
  CompositeStep,
  FailedAttempt,
  FailurePlan,
  LeafResult,
  LeafStep,
  StepScope,
  ToolRequest,
} from './steps/step-port.ts';
export type {
  FunctionTool,
  Lend,
  QuestionTool,
  SchemaTrial,
  Tool,
  ToolQuestion,
  WhyLeftOut,
} from './steps/tool-port.ts';
