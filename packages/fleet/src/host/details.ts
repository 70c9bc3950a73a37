/** What a plan to mend a gateway needs to know of it besides what a scan tells. Looks only, and follows no link. */

import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { isReachedPlainly } from '@perdure/home';
import { isReadable, type FoundGateway } from '../core/adopt/found.ts';
import { textAt } from '../openclaw/home-files.ts';

export interface Details {
  readonly digest: string;
  /** Absent: it lies outside of the home, or a link leads to it. */
  readonly workspace?: { readonly folder: string; readonly lengths: ReadonlyMap<string, number> };
}

const notes = ['AGENTS.md', 'TOOLS.md', 'HEARTBEAT.md'];

export async function detailsOf(found: FoundGateway, accountHome: string): Promise<Details> {
  const { home, settings, authFiles, services } = found;
  const named = isReadable(settings) ? settings.workspace : undefined;
  const path = resolve(home, named?.replace(/^~(?=\/|$)/, accountHome) ?? 'workspace');
  const folder = relative(home, path);
  const isBelow = folder !== '' && !folder.startsWith('..') && !isAbsolute(folder);
  const isInside = isBelow && isReachedPlainly(home, join(folder, 'AGENTS.md'));
  const inHome = ['openclaw.json', '.env', 'secrets.json', 'extensions/sesame/package.json', ...authFiles];
  const files = [...inHome.map((name) => join(home, name)), ...services.map(({ file }) => file)];
  const texts = [...files, ...notes.map((name) => join(path, name))].map(textAt);
  const lengths = texts.slice(files.length).flatMap((text, at) => {
    const name = notes[at];
    return text === undefined || name === undefined ? [] : [[name, text.length] as const];
  });
  return {
    digest: digestOf(found, texts),
    ...(isInside && { workspace: { folder, lengths: new Map(lengths) } }),
  };
}

/** Which process runs it changes nothing of what is mended. */
function digestOf({ processes: _processes, ...found }: FoundGateway, texts: readonly (string | undefined)[]): string {
  const sum = createHash('sha256').update(JSON.stringify(found));
  for (const text of texts) sum.update(text === undefined ? '-' : `${text.length}:${text}`);
  return sum.digest('hex');
}
