/** `perdure init`: the only thing that creates a `.perdure/` in a folder of yours. */

import { existsSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createFile, ensureHome, homePaths } from '@perdure/home';
import { writeMachineTypes, writeProjectTypes } from '../cli/editor-types.ts';
import type { CommonOptions } from '../cli/options.ts';
import { printData } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { writeNewFile } from '../cli/write-new-file.ts';

export interface InitOptions extends CommonOptions {
  readonly example?: boolean;
}

export async function init(rim: Rim, options: InitOptions): Promise<number> {
  const root = resolve(rim.cwd, options.home ?? '.perdure');
  const created = !existsSync(root);
  ensureHome(root);
  // State, keys and logs never belong into a repository.
  createFile(join(realpathSync(root), '.gitignore'), '*\n');
  const { typeSettings } = await import('@perdure/worker/definitions');
  writeMachineTypes(root, typeSettings());
  const wrote = options.example === true ? await writeExample(rim.cwd) : [];
  const data = { home: root, project: rim.cwd, created, wrote };
  const head = [`${created ? 'Created' : 'Already there:'} ${root}`, ...wrote.map((file) => `Wrote ${file}`)];
  const next = wrote.length > 0 ? exampleLines(relative(rim.cwd, homePaths(root).workspaces)) : nextLines;
  printData(rim, options, data, () => `${head.join('\n')}\n\nNext\n${next.join('\n')}`);
  return 0;
}

/** A pipeline that runs as it is, and an agent that it calls; the files. */
async function writeExample(project: string): Promise<readonly string[]> {
  const [{ agentTemplate }, { pipelineTemplate, typeSettings }] = await Promise.all([
    import('@perdure/worker/agents'),
    import('@perdure/worker/definitions'),
  ]);
  const [agent, pipeline] = [join(project, 'agents/answerer/AGENT.md'), join(project, 'pipelines/example.ts')];
  writeNewFile(pipeline, pipelineTemplate('example', { name: 'answerer', input: '{ prompt: question }' }));
  writeNewFile(agent, agentTemplate('answerer'));
  writeProjectTypes(project, typeSettings());
  return [agent, pipeline];
}

const nextLines = [
  '  perdure up                    start everything',
  '  perdure agents new <name>     write an agent of your own',
  '  perdure pipelines new <id>    write a pipeline of your own',
  '  perdure tools new <id>        write a tool that agents can call',
  '  perdure task create <id>      begin a long piece of work, for any agent',
];

const exampleLines = (workspaces: string): readonly string[] => [
  '  perdure up                                   start everything; then, in another terminal:',
  '  perdure agents run answerer "Why?"           try the agent by itself',
  '  perdure run example "Why? How? And when?"    run the pipeline',
  `It writes answers.md into ${workspaces}/<run>/, where <run> is the id of the run.`,
];
