/** The front door of the agents room. */

export { createAgentCaller, type AgentCallerParts } from './agent-caller.ts';
export { createAgentLookup } from './agent-lookup.ts';
export type { AgentDefinition } from './definition.ts';
export { estimateTokens, fitTranscript, type FitOptions, type FittedTranscript } from './fit-transcript.ts';
export {
  agentEntry,
  agentNames,
  loadAgent,
  loadAgents,
  type AgentLoad,
  type AgentRoot,
  type LoadedAgent,
  type LoadedAgents,
  type LoadOptions,
} from './load-agents.ts';
export { createMastraTurn } from './mastra-turn.ts';
export type { RetryDeps } from './retry-policy.ts';
export { agentTemplate } from './template.ts';
