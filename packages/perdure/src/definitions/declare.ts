/** Commands about agents, pipelines and tools. */

import { compact } from '@perdure/contract';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import type { CommonOptions } from '../cli/options.ts';
import { withRunFlags } from '../runs/run-flags.ts';
import type { RunOptions } from '../runs/run.ts';

export function declareDefinitions(declaration: Declaration): void {
  declareAgents(declaration);
  declarePipelines(declaration);
  declareTools(declaration);
}

function declareAgents({ program, rim, run }: Declaration): void {
  const agents = noun(program, 'agents', 'Agents: list, scaffold, check, try');
  leaf(agents, 'list', {
    summary: 'The agents there are: of the project, and those that ship',
    example: 'perdure agents list',
  }).action(run(async (options: CommonOptions) => (await import('./agents-list.ts')).listAgents(rim, options)));
  leaf(agents, 'new <name>', {
    summary: 'Write agents/<name>/AGENT.md, which passes the check',
    example: 'perdure agents new translator',
  }).action(
    run(async (name: string, options: CommonOptions) => (await import('./agents-new.ts')).newAgent(rim, name, options)),
  );
  leaf(agents, 'check', {
    summary: 'Check the AGENT.md files of the project',
    example: 'perdure agents check',
  }).action(run(async (options: CommonOptions) => (await import('./agents-check.ts')).checkAgents(rim, options)));
  const trial = leaf(agents, 'run <name> [prompt]', {
    summary: 'Call one agent by itself, as a durable run, and print its answer',
    example: 'perdure agents run translator "Where is the station?"',
  });
  withRunFlags(trial).action(
    run(async (agent: string, prompt: string | undefined, options: RunOptions) =>
      (await import('./agents-run.ts')).runAgent(rim, { ...options, agent, ...compact({ prompt }) }),
    ),
  );
}

function declarePipelines({ program, rim, run }: Declaration): void {
  const pipelines = noun(program, 'pipelines', 'Pipelines: list, look, scaffold, check');
  leaf(pipelines, 'list', {
    summary: 'The pipelines there are: of the project, and those that ship',
    example: 'perdure pipelines list',
  }).action(run(async (options: CommonOptions) => (await import('./pipelines-list.ts')).listPipelines(rim, options)));
  leaf(pipelines, 'show <id>', {
    summary: 'What a pipeline takes and gives, and the line that runs it',
    example: 'perdure pipelines show hello',
  }).action(
    run(async (id: string, options: CommonOptions) =>
      (await import('./pipelines-show.ts')).showPipeline(rim, id, options),
    ),
  );
  leaf(pipelines, 'new <id>', {
    summary: 'Write pipelines/<id>.ts, which runs as it is',
    example: 'perdure pipelines new nightly-report',
  }).action(
    run(async (id: string, options: CommonOptions) =>
      (await import('./pipelines-new.ts')).newPipeline(rim, id, options),
    ),
  );
  leaf(pipelines, 'check', {
    summary: 'Load the pipelines of the project as the worker would',
    example: 'perdure pipelines check',
  }).action(run(async (options: CommonOptions) => (await import('./pipelines-check.ts')).checkPipelines(rim, options)));
}

function declareTools({ program, rim, run }: Declaration): void {
  const tools = noun(program, 'tools', 'Tools of agents and pipelines: list, scaffold, check');
  leaf(tools, 'list', {
    summary: 'The tools there are, and what repeating a call of each would do',
    example: 'perdure tools list',
  }).action(run(async (options: CommonOptions) => (await import('./tools-list.ts')).listTools(rim, options)));
  leaf(tools, 'new <id>', {
    summary: 'Write tools/<id>.ts, which passes the check',
    example: 'perdure tools new create-ticket',
  }).action(
    run(async (id: string, options: CommonOptions) => (await import('./tools-new.ts')).newTool(rim, id, options)),
  );
  leaf(tools, 'check', {
    summary: 'Load the tools of the project as the worker would',
    example: 'perdure tools check',
  }).action(run(async (options: CommonOptions) => (await import('./tools-check.ts')).checkTools(rim, options)));
}
