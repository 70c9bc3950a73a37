/**
 * Reads agents from their folders: the rim around `parseAgentFile`. A folder is read once, so the hash is that of the
 * text that was parsed. Surprise: a project agent that is refused still hides the shipped one of its name, which nobody
 * meant to run instead.
 */

import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { compact, type AgentEntry, type DefinitionNote, type DefinitionProblem } from '@perdure/contract';
import { contentHash, type FolderFile } from './content-hash.ts';
import type { AgentDefinition } from './definition.ts';
import type { AllowedTools } from './front-matter.ts';
import { parseAgentFile } from './parse-agent-file.ts';

const fileName = 'AGENT.md';
const maxFileBytes = 256 * 1024;

export type LoadOptions = AllowedTools;

export type AgentLoad =
  | { readonly kind: 'loaded'; readonly agent: AgentDefinition; readonly notes: readonly DefinitionNote[] }
  | { readonly kind: 'refused'; readonly problems: readonly DefinitionProblem[] };

export interface AgentRoot {
  /** A folder of agent folders; one that does not exist holds none. */
  readonly dir: string;
  readonly origin: AgentEntry['origin'];
}

export interface LoadedAgent {
  readonly agent: AgentDefinition;
  readonly origin: AgentEntry['origin'];
}

export interface LoadedAgents {
  readonly agents: readonly LoadedAgent[];
  readonly problems: readonly DefinitionProblem[];
  /** Of agents that were loaded. */
  readonly notes: readonly DefinitionNote[];
}

/** Loads one agent folder. */
export async function loadAgent(folder: string, tools: LoadOptions): Promise<AgentLoad> {
  const file = join(folder, fileName);
  const refuse = (message: string): AgentLoad => ({
    kind: 'refused',
    problems: [{ kind: 'agent', file, message: `${file}: ${message}.` }],
  });
  let files: readonly FolderFile[];
  try {
    files = await readFolder(folder);
  } catch (error) {
    return refuse(`the folder cannot be read (${errorCode(error)}); check that it exists and its permissions`);
  }
  const bytes = files.find(({ path }) => path === fileName)?.bytes;
  if (bytes === undefined) return refuse(`there is no ${fileName} in this folder; write one or remove the folder`);
  if (bytes.length > maxFileBytes) return refuse('the file is larger than 256 KiB; shorten it');
  const text = decodeUtf8(bytes);
  if (text === undefined) return refuse('the file is not UTF-8 text; save it as UTF-8');
  const parsed = parseAgentFile(text, { file, folderName: basename(resolve(folder)), ...tools });
  return parsed.kind === 'refused'
    ? parsed
    : { ...parsed, kind: 'loaded', agent: { ...parsed.agent, hash: contentHash(files) } };
}

/** Loads every agent below `roots`; of one name the first root wins. Ordered by root, then by name. */
export async function loadAgents(roots: readonly AgentRoot[], options: LoadOptions): Promise<LoadedAgents> {
  const seen = new Set<string>();
  const agents: LoadedAgent[] = [];
  const problems: DefinitionProblem[] = [];
  const notes: DefinitionNote[] = [];
  for (const { dir, origin } of roots) {
    for (const name of await agentFolders(dir)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const load = await loadAgent(join(dir, name), options);
      if (load.kind === 'refused') {
        problems.push(...load.problems);
        continue;
      }
      agents.push({ agent: load.agent, origin });
      notes.push(...load.notes);
    }
  }
  return { agents, problems, notes };
}

/** Names of all agents below `roots`, also of those that would be refused. */
export async function agentNames(roots: readonly AgentRoot[]): Promise<ReadonlySet<string>> {
  return new Set((await Promise.all(roots.map(async ({ dir }) => await agentFolders(dir)))).flat());
}

/** What is told of an agent to who does not load it. */
export function agentEntry({ agent, origin }: LoadedAgent): AgentEntry {
  const { name, description, model, tools, output, hash } = agent;
  return { name, description, origin, tools: [...tools], output: { ...output }, hash, ...compact({ model }) };
}

async function agentFolders(dir: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return visible(folders.map(({ name }) => name)).toSorted();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Dot files are left out: editors and file managers drop them, and they would change the hash. */
async function readFolder(folder: string): Promise<readonly FolderFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, '/'));
  return Promise.all(visible(paths).map(async (path) => ({ path, bytes: await readFile(join(folder, path)) })));
}

function visible(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !path.split('/').some((part) => part.startsWith('.')));
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
