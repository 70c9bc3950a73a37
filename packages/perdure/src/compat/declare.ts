/**
 * `perdure compat`: the commands of another product by their own names. What follows the name of a script is read as
 * that product reads it, and not by the frame; `--home` stands before it.
 */

import { leaf, noun, type Declaration } from '../cli/declaration.ts';
import type { InstallOptions } from './install.ts';
import { scripts, type ScriptName } from './scripts.ts';

export function declareCompat({ program, rim, run }: Declaration): void {
  const compat = noun(program, 'compat', 'The scripts of durable-task-runner, on the tasks of this state root');
  // Else the frame would take options of a script for its own.
  for (const parent of [program, compat]) parent.enablePositionalOptions();
  for (const name of Object.keys(scripts) as ScriptName[]) {
    compat
      .command(`${name} [words...]`)
      .description(scripts[name].script.about)
      .option('--home <folder>', 'state root; before the words of the script')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(
        run(async (words: readonly string[], { home }: { readonly home?: string }) =>
          (await import('./run-script.ts')).runScript(rim, name, { words, home }),
        ),
      );
  }
  leaf(compat, 'install <folder>', {
    summary: 'Make a folder of these scripts, for skills that call them',
    example: 'perdure compat install skills/durable-task-runner/scripts',
  })
    .option('--dry-run', 'say what would be done, and write nothing')
    .option('--force', 'also over files that somebody else has written')
    .action(
      run(async (folder: string, options: InstallOptions) =>
        (await import('./install.ts')).installScripts(rim, folder, options),
      ),
    );
}
