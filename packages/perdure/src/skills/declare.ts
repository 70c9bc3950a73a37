/** Commands about the skills that ship for agents of other tools. */

import { Option, type Command } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import type { SkillsOptions } from './change-files.ts';
import { toolNames } from './places.ts';

export function declareSkills({ program, rim, run }: Declaration): void {
  const skills = noun(program, 'skills', 'Skills for agents of other tools: install, remove');
  withTarget(
    leaf(skills, 'install', {
      summary: 'Put the skill of tasks where a tool looks for skills',
      example: 'perdure skills install --for claude-code',
    }),
  )
    .option('--agents-md', 'also put one line, between markers, into CLAUDE.md or AGENTS.md')
    .action(
      run(async (options: SkillsOptions & { readonly agentsMd?: boolean }) =>
        (await import('./install.ts')).installSkills(rim, options),
      ),
    );
  withTarget(
    leaf(skills, 'remove', {
      summary: 'Take out what was installed, and the line between markers',
      example: 'perdure skills remove --for claude-code',
    }),
  ).action(run(async (options: SkillsOptions) => (await import('./remove.ts')).removeSkills(rim, options)));
}

function withTarget(command: Command): Command {
  return command
    .addOption(new Option('--for <tool>', 'whose folder').choices(toolNames).default('agents'))
    .option('--all', 'every skill that ships, not that of tasks alone')
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--force', 'also files that somebody has changed');
}
