/** The front door of the agents room. */

export { createAgentCaller, type AgentCallerParts } from './agent-caller.ts';
export { createAgentLookup } from './agent-lookup.ts';
export type { AgentDefinition, JsonSchema } from './definition.ts';
export {
  loadAgent,
  loadAgents,
  type AgentLoad,
  type AgentRoot,
  type LoadedAgent,
  type LoadedAgents,
} from './load-agents.ts';
export { createModelTurn, type ModelSettings } from './mastra-model-turn.ts';
export type { ModelTurn, ModelTurnRequest, ModelTurnResult, TurnMessage } from './model-turn.ts';
export { agentTemplate } from './template.ts';
