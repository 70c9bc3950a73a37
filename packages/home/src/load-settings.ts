/** Reads the settings files of a state root. The YAML parser is loaded only where there is a YAML file: the CLI starts with this. */

import { parseEnv } from 'node:util';
import { readFileIfAny } from './files.ts';
import type { HomePaths } from './layout.ts';
import { invalidFile, resolveSettings, type ResolvedSettings, type SettingsInput } from './settings.ts';

export async function loadSettings(
  paths: HomePaths,
  given: Pick<SettingsInput, 'flags' | 'env' | 'cwd'>,
): Promise<ResolvedSettings> {
  return resolveSettings({
    ...given,
    root: paths.root,
    envFile: { path: paths.envFile, content: parseEnv(readFileIfAny(paths.envFile) ?? '') },
    yaml: { path: paths.config, content: await readYaml(paths.config) },
  });
}

async function readYaml(path: string): Promise<unknown> {
  const text = readFileIfAny(path);
  if (text === undefined) return undefined;
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const problem = document.errors[0];
  if (problem === undefined) return document.toJS();
  // Only the first line: the rest quotes the file.
  throw invalidFile(
    path,
    `it is not valid YAML (${problem.message.split('\n')[0]?.replace(/:$/, '')}); correct it`,
    problem,
  );
}
