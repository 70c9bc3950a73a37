/**
 * Loads pipelines: each file `<id>.ts` in a root exports one by default. Runs in the worker only (and in `perdure pipelines check`): this
 * executes user code. A file that cannot be loaded is a problem to show, never a reason not to start.
 *
 * A project need not have Perdure installed to be run by it: a bare `perdure` resolves to the authoring API of this installation.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { namePattern, type DefinitionProblem, type PipelineDefinition, type PipelineEntry } from '@perdure/contract';
import { z } from 'zod';

export interface PipelineRoot {
  /** One that does not exist holds none. */
  readonly dir: string;
  readonly origin: PipelineEntry['origin'];
}

export interface LoadedPipeline {
  readonly definition: PipelineDefinition;
  readonly entry: PipelineEntry;
}

export interface LoadedPipelines {
  readonly pipelines: readonly LoadedPipeline[];
  readonly problems: readonly DefinitionProblem[];
}

const extensions = new Set(['.ts', '.mts', '.js', '.mjs']);

/** Loads every pipeline below `roots`; of one id the first root wins, also when its file is refused. */
export async function loadPipelines(roots: readonly PipelineRoot[]): Promise<LoadedPipelines> {
  resolveAuthoringApi();
  const seen = new Set<string>();
  const pipelines: LoadedPipeline[] = [];
  const problems: DefinitionProblem[] = [];
  for (const { dir, origin } of roots) {
    for (const file of await pipelineFiles(dir)) {
      const id = basename(file, extname(file));
      if (seen.has(id)) continue;
      seen.add(id);
      const loaded = await loadPipeline(file, { id, origin });
      if (loaded.kind === 'loaded') pipelines.push(loaded.pipeline);
      else problems.push(loaded.problem);
    }
  }
  return { pipelines, problems };
}

type Load =
  | { readonly kind: 'loaded'; readonly pipeline: LoadedPipeline }
  | { readonly kind: 'refused'; readonly problem: DefinitionProblem };

async function loadPipeline(
  file: string,
  options: { readonly id: string; readonly origin: PipelineEntry['origin'] },
): Promise<Load> {
  const { id, origin } = options;
  const refuse = (message: string, line?: number): Load => ({
    kind: 'refused',
    problem: { kind: 'pipeline', file, ...(line === undefined ? {} : { line }), message },
  });
  if (!namePattern.test(id))
    return refuse('the file name is not a pipeline id; use lower-case letters, digits and dashes');
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    return refuse(`it cannot be loaded: ${firstLine(error)}; correct the file`, lineIn(error, file));
  }
  if (!isDefinition(exported))
    return refuse('there is no pipeline in it; export one by default: `export default definePipeline({ … })`');
  if (exported.id !== id)
    return refuse(
      `its id is "${exported.id}"; name the file ${exported.id}${extname(file)}, or give it the id "${id}"`,
    );
  const schemas = schemasOf(exported);
  if (schemas.kind === 'refused')
    return refuse(`its input or output cannot be described as JSON Schema (${schemas.why}); use plain zod types`);
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  return {
    kind: 'loaded',
    pipeline: {
      definition: exported,
      entry: { id, description: exported.description, origin, hash, ...schemas.schemas },
    },
  };
}

async function pipelineFiles(dir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter(
        (entry) =>
          !entry.isDirectory() && extensions.has(extname(entry.name)) && !/^\.|\.d\.|\.test\./.test(entry.name),
      )
      .map((entry) => join(dir, entry.name))
      .toSorted();
  } catch (error) {
    // A file in its place, or one that may not be read, holds none either.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

/** By shape, not by class: the project may have its own copy of zod and of the authoring API. */
function isDefinition(value: unknown): value is PipelineDefinition {
  const found = value as Partial<PipelineDefinition> | undefined | null;
  return (
    typeof found === 'object' &&
    found !== null &&
    typeof found.id === 'string' &&
    typeof found.description === 'string' &&
    typeof found.run === 'function' &&
    typeof found.input?.safeParse === 'function' &&
    typeof found.output?.safeParse === 'function'
  );
}

function schemasOf({ input, output }: PipelineDefinition) {
  try {
    const schemas = { input: z.toJSONSchema(input, { io: 'input' }), output: z.toJSONSchema(output) };
    return { kind: 'described', schemas } as const;
  } catch (error) {
    return { kind: 'refused', why: firstLine(error) } as const;
  }
}

function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/[.;]$/, '');
}

/** The line of `file` that a trace names, if it does: a syntax error names it first, a throw in the first frame of the file. */
function lineIn(error: unknown, file: string): number | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.indexOf(`${file}:`);
  const found = at < 0 ? undefined : /^(\d+)/.exec(stack.slice(at + file.length + 1))?.[1];
  return found === undefined ? undefined : Number(found);
}

let isResolving = false;

function resolveAuthoringApi(): void {
  if (isResolving) return;
  isResolving = true;
  const url = new URL('./authoring.ts', import.meta.url).href.replace(
    /\.ts$/,
    import.meta.url.endsWith('.ts') ? '.ts' : '.js',
  );
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'perdure' ? { url, shortCircuit: true } : next(specifier, context),
  });
}
