export {
  modelApis,
  type AssistantMessage,
  type Carried,
  type CarriedBack,
  type JsonSchema,
  type ModelApi,
  type ModelToolCall,
  type ToolOffer,
  type TurnMessage,
} from './turn/message.ts';
export { defaultLimits, modelName, type ModelServer, type ModelTarget, type TurnLimits } from './turn/server.ts';
export type { AnswerEnding, ModelTurn, ModelTurnRequest, ModelTurnResult } from './turn/port.ts';
export { learntForMs, optionalFeatures, type Learnt, type LearntStore, type OptionalFeature } from './turn/learnt.ts';
