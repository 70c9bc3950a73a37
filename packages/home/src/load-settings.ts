/**
 * Reads the settings files of a state root. The YAML parser is loaded only where there is a YAML file: the CLI starts
 * with this.
 */

import { parseEnv } from 'node:util';
import { isPerdureError, type PerdureError } from '@perdure/contract';
import { readFileIfAny } from './files.ts';
import type { HomePaths } from './layout.ts';
import { resolveSettings, type ResolvedSettings, type SettingsInput } from './settings.ts';
import { invalidFile, type SettingsFile } from './yaml-place.ts';

export async function loadSettings(
  paths: HomePaths,
  given: Pick<SettingsInput, 'flags' | 'env' | 'cwd'>,
): Promise<ResolvedSettings> {
  return resolveSettings({
    ...given,
    root: paths.root,
    envFile: { path: paths.envFile, content: parseEnv(readSettingsFile(paths.envFile) ?? '') },
    yaml: await readYaml(paths.config),
  });
}

async function readYaml(path: string): Promise<SettingsFile<unknown>> {
  const text = readSettingsFile(path);
  if (text === undefined) return { path, content: undefined };
  const { isNode, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors[0] !== undefined) throw invalidYaml(path, document.errors[0]);
  const lineOf = (keys: readonly string[]): number | undefined => {
    // What is missing is told by what it is missing from.
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const node = document.getIn(keys.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return undefined;
  };
  try {
    return { path, content: document.toJS(), lineOf };
  } catch (error) {
    // Aliases are followed only here: one may name nothing.
    throw invalidYaml(path, error as Error);
  }
}

/** With the first line of the problem only: the rest quotes the file. */
function invalidYaml(path: string, problem: Error): PerdureError {
  const [what = ''] = problem.message.split('\n');
  return invalidFile(path, `it is not valid YAML (${what.replace(/:$/, '')}); correct it`, problem);
}

function readSettingsFile(path: string): string | undefined {
  try {
    // Some editors begin a file with a mark that would become a part of its first name.
    return readFileIfAny(path)?.replace(/^\uFEFF/, '');
  } catch (error) {
    if (isPerdureError(error)) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw invalidFile(path, `it cannot be read (${code}); make it a file that this account may read`, error);
  }
}
