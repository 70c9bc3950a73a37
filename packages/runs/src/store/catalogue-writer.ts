/** Publishes what a worker has loaded: all of it or nothing, replacing what was there. */

import type { Catalogue } from '@perdure/contract';
import type { Database, GroupCommit } from '@perdure/db';

export async function publishCatalogue(
  catalogue: Catalogue,
  options: { readonly database: Database; readonly group: GroupCommit; readonly at: number },
): Promise<void> {
  const { database, group, at } = options;
  const forget = database.sqlite.prepare('DELETE FROM catalogue');
  const insert = database.sqlite.prepare('INSERT INTO catalogue (kind, id, entry, published_at) VALUES (?, ?, ?, ?)');
  const rows = [
    ...catalogue.pipelines.map((entry) => ['pipeline', entry.id, entry] as const),
    ...catalogue.agents.map((entry) => ['agent', entry.name, entry] as const),
    ...catalogue.tools.map((entry) => ['tool', entry.id, entry] as const),
    ...catalogue.modelServers.map((entry) => ['model_server', entry.name, entry] as const),
    ...catalogue.problems.map((entry, index) => ['problem', `${entry.file}:${index}`, entry] as const),
  ];
  await group.run(() => {
    forget.run();
    for (const [kind, id, entry] of rows) insert.run(kind, id, JSON.stringify(entry), at);
  });
}
