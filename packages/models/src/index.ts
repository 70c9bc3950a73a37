export type {
  AssistantMessage,
  Carried,
  JsonSchema,
  ModelApi,
  ModelToolCall,
  Speaker,
  ToolOffer,
  TurnMessage,
} from './turn/message.ts';
export {
  defaultLimits,
  modelName,
  withSecretValues,
  type ModelServer,
  type ModelTarget,
  type TurnLimits,
} from './turn/server.ts';
export type { AnswerEnding, ModelTurn, ModelTurnRequest, ModelTurnResult } from './turn/port.ts';
export {
  learntInMemory,
  learntForMs,
  optionalFeatures,
  type Learnt,
  type LearntStore,
  type OptionalFeature,
} from './turn/learnt.ts';
export { ask, type Ask, type AskOutcome, type AskRequest } from './ask/ask.ts';
export { createModelTurn, type ModelPlan, type ModelTurnDeps } from './ask/model-turn.ts';
export { modelError, originOf, parseRetryAfter, type FailureContext } from './ask/sentence.ts';
export type { ModelFailure } from './ask/failure.ts';
export { wireFormats } from './formats/index.ts';
export { readBytes, type ReadOutcome } from './wire/read.ts';
export { oneServer, type OneServer } from './ask/one-server.ts';
export { endOfObject } from './wire/objects.ts';
export { noOutages, type AwayNote, type Outage, type OutageClaim, type Outages, type Probe } from './turn/outage.ts';
