/** `perdure init`: the only thing that creates a `.perdure/` in a folder of yours. */

import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createFile, ensureHome } from '@perdure/home';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';

export async function init(rim: Rim, options: CommonOptions): Promise<number> {
  const root = resolve(rim.cwd, options.home ?? '.perdure');
  const created = !existsSync(root);
  ensureHome(root);
  // State, keys and logs never belong into a repository.
  createFile(join(realpathSync(root), '.gitignore'), '*\n');
  const data = { home: root, project: rim.cwd, created };
  printData(rim, options, data, () => `${created ? 'Created' : 'Already there:'} ${root}\n\nNext\n${nextLines}`);
  return 0;
}

const nextLines = [
  '  perdure up                    start everything',
  '  perdure agents new <name>     write an agent of your own',
  '  perdure pipelines new <id>    write a pipeline of your own',
  '  perdure tools new <id>        write a tool that agents can call',
  '  perdure task create <id>      begin a long piece of work, for any agent',
].join('\n');
