/** Commands about hooks: what a harness calls at the turns of a session. */

import { Option } from 'commander';
import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import type { CommonOptions } from '../cli/options.ts';
import type { HooksOptions } from './install.ts';

const hookTools = ['claude-code', 'openclaw'] as const;

export function declareHooks({ program, rim, run }: Declaration): void {
  const hooks = noun(program, 'hooks', 'Hooks of Claude Code and OpenClaw for tasks: install, remove, list');
  for (const [verb, summary] of [
    ['install', 'Show the brief at the start, checkpoint before compaction, ask once before a stop'],
    ['remove', 'Take out what was installed'],
  ] as const) {
    leaf(hooks, verb, { summary, example: `perdure hooks ${verb} --for claude-code` })
      .addOption(new Option('--for <tool>', 'whose hooks').choices(hookTools).default('claude-code'))
      .addOption(new Option('--project', 'Claude Code: of this project alone, for you (default)').conflicts('user'))
      .option('--user', 'Claude Code: of this account, in every project')
      .option('--dry-run', 'say what would be done, and write nothing')
      .action(
        run(async (options: HooksOptions & { readonly for: (typeof hookTools)[number] }) => {
          if (options.for === 'openclaw') {
            const { installInOpenClaw, removeFromOpenClaw } = await import('./openclaw.ts');
            return (verb === 'install' ? installInOpenClaw : removeFromOpenClaw)(rim, options);
          }
          const { installHooks, removeHooks } = await import('./install.ts');
          return await (verb === 'install' ? installHooks : removeHooks)(rim, options);
        }),
      );
  }
  leaf(hooks, 'list', { summary: 'Which of Claude Code are installed here', example: 'perdure hooks list' }).action(
    run(async (options: CommonOptions) => (await import('./install.ts')).listHooks(rim, options)),
  );
  // Whatever it is called with, it ends well: an error of usage would hold up the session.
  leaf(program, 'hook [event]', {
    summary: 'What a hook calls, with its event in JSON on stdin',
    example: 'perdure hook session-start < event.json',
  })
    .allowUnknownOption()
    .allowExcessArguments()
    .action(
      run(async (event: string | undefined, options: CommonOptions) =>
        (await import('./hook.ts')).hook(rim, event, options),
      ),
    );
}
