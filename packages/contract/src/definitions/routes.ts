/** What the worker has loaded. */

import { z } from 'zod';
import { data, type RouteEntry } from '../routes/entry.ts';
import { agentEntrySchema, definitionProblemSchema, pipelineEntrySchema, toolEntrySchema } from './schema.ts';

export const definitionRoutes = {
  listAgents: {
    method: 'get',
    path: '/api/v1/agents',
    summary: 'Agents that the worker has loaded.',
    description:
      'From the folders of the project, as last loaded; `/health` tells how many files cannot be loaded, `perdure status` which.',
    authenticated: true,
    responses: { 200: data(z.array(agentEntrySchema)) },
    errors: [],
  },
  listTools: {
    method: 'get',
    path: '/api/v1/tools',
    summary: 'Tools that the worker has loaded, with their effect and the schemas of their input and output.',
    description: 'Those of the project and those that come with Perdure.',
    authenticated: true,
    responses: { 200: data(z.array(toolEntrySchema)) },
    errors: [],
  },
  listPipelines: {
    method: 'get',
    path: '/api/v1/pipelines',
    summary: 'Pipelines that the worker has loaded, with the schemas of their input and output.',
    description:
      'From the folders of the project, as last loaded; `/health` tells how many files cannot be loaded, `perdure status` which.',
    authenticated: true,
    responses: { 200: data(z.array(pipelineEntrySchema)) },
    errors: [],
  },
  listProblems: {
    method: 'get',
    path: '/api/v1/problems',
    summary: 'Files of agents, pipelines and tools that the worker had to leave out.',
    description: 'Each with its line, where that is known, and what to do. A corrected file is taken by itself.',
    authenticated: true,
    responses: { 200: data(z.array(definitionProblemSchema)) },
    errors: [],
  },
} as const satisfies Record<string, RouteEntry>;
