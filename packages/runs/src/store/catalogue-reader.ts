/** Reads what the worker has published. Few rows and always fresh: nothing is kept between reads. */

import {
  agentEntrySchema,
  definitionProblemSchema,
  modelServerEntrySchema,
  pipelineEntrySchema,
  toolEntrySchema,
  type Catalogue,
} from '@perdure/contract';
import type { Database } from '@perdure/db';
import type { CatalogueReader } from '../desk/ports.ts';

export function createCatalogueReader({ kysely }: Pick<Database, 'kysely'>): CatalogueReader {
  return {
    async read(): Promise<Catalogue> {
      const rows = await kysely
        .selectFrom('catalogue')
        .select(['kind', 'entry'])
        .orderBy('kind')
        .orderBy('id')
        .execute();
      const entries = (kind: string): unknown[] =>
        rows.filter((row) => row.kind === kind).map((row): unknown => JSON.parse(row.entry));
      return {
        pipelines: entries('pipeline').map((entry) => pipelineEntrySchema.parse(entry)),
        agents: entries('agent').map((entry) => agentEntrySchema.parse(entry)),
        tools: entries('tool').map((entry) => toolEntrySchema.parse(entry)),
        modelServers: entries('model_server').map((entry) => modelServerEntrySchema.parse(entry)),
        problems: entries('problem').map((entry) => definitionProblemSchema.parse(entry)),
      };
    },
  };
}
