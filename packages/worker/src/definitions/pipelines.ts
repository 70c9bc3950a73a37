/** What makes a file in `pipelines/` a pipeline. How files are found and imported: `module.ts`. */

import {
  builtInNameProblem,
  type DefinitionNote,
  type DefinitionProblem,
  type PipelineDefinition,
  type PipelineEntry,
} from '@perdure/contract';
import {
  describeSchemas,
  idMismatch,
  isSchema,
  loadDefinitions,
  type DefinitionKind,
  type DefinitionModule,
  type ReadOutcome,
} from './module.ts';
import type { DefinitionRoot } from './roots.ts';

export interface LoadedPipeline {
  readonly file: string;
  readonly definition: PipelineDefinition;
  readonly entry: PipelineEntry;
}

export interface LoadedPipelines {
  readonly pipelines: readonly LoadedPipeline[];
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
  /** Every id that a file claims, the refused ones included. */
  readonly ids: ReadonlySet<string>;
}

/** Loads every pipeline below `roots`; of one id the first root wins, also when its file is refused. */
export async function loadPipelines(
  roots: readonly DefinitionRoot[],
  options: Pick<DefinitionKind<LoadedPipeline>, 'importWithinMs'> = {},
): Promise<LoadedPipelines> {
  const { loaded, problems, notes, ids } = await loadDefinitions(roots, {
    ...options,
    kind: 'pipeline',
    read: readPipeline,
  });
  return { pipelines: loaded, problems, notes, ids };
}

async function readPipeline(module: DefinitionModule): Promise<ReadOutcome<LoadedPipeline>> {
  const { exported, file, id, origin, hash, source } = module;
  const taken = builtInNameProblem(id);
  if (taken !== undefined) return { kind: 'refused', why: taken };
  if (!isDefinition(exported)) {
    const why = 'there is no pipeline in it; export one by default: `export default definePipeline({ … })`';
    return { kind: 'refused', why };
  }
  const mismatch = idMismatch(exported.id, module);
  if (mismatch !== undefined) return { kind: 'refused', why: mismatch };
  // A run that came there would stop, with all paid for that stands before.
  const [first, ...further] = await mistakesThatStop({ origin, source });
  if (first !== undefined) return { kind: 'refused', ...first, further };
  const schemas = describeSchemas(exported);
  if (schemas.kind === 'refused') return schemas;
  const entry = { id, description: exported.description, origin, hash, ...schemas.value };
  return { ...schemas, value: { file, definition: exported, entry } };
}

/** What ships is held by a test: nothing is parsed, nor a parser loaded, where nobody has written a pipeline. */
async function mistakesThatStop({ origin, source }: Pick<DefinitionModule, 'origin' | 'source'>) {
  if (origin === 'shipped') return [];
  const { callMistakes } = await import('./code/index.ts');
  return callMistakes(source).filter(({ stopsRun }) => stopsRun);
}

/** By shape, not by class: the project may have its own copy of the authoring API. */
function isDefinition(value: unknown): value is PipelineDefinition {
  const found = value as Partial<PipelineDefinition> | undefined | null;
  return (
    typeof found === 'object' &&
    found !== null &&
    typeof found.id === 'string' &&
    typeof found.description === 'string' &&
    typeof found.run === 'function' &&
    isSchema(found.input) &&
    isSchema(found.output)
  );
}
