/** What the worker has loaded: agents, pipelines, tools. */

import type { Dependencies } from './dependencies.ts';
import type { Handlers } from './table.ts';

export function definitionHandlers({
  catalogue,
}: Dependencies): Pick<Handlers, 'listAgents' | 'listPipelines' | 'listProblems' | 'listTools'> {
  return {
    listAgents: async () => ({ status: 200, body: { data: (await catalogue.read()).agents } }),
    listPipelines: async () => ({ status: 200, body: { data: (await catalogue.read()).pipelines } }),
    listProblems: async () => ({ status: 200, body: { data: (await catalogue.read()).problems } }),
    listTools: async () => ({ status: 200, body: { data: (await catalogue.read()).tools } }),
  };
}
