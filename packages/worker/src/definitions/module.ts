/**
 * Loads user code, one definition a file: `<id>.ts` exports it by default. Used by the worker and by `check`: this
 * executes what it loads. A file that cannot be loaded is a problem to show, never a reason not to start; of one id the
 * first root wins, also when its file is refused: nobody meant the other one to run instead.
 *
 * A project need not have Perdure installed to be run by it: a bare `perdure` resolves to the authoring API of this
 * installation.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compact, messageOf, namePattern, type DefinitionNote, type DefinitionProblem } from '@perdure/contract';
import { z } from 'zod';
import { slowPatternMessage, slowPatterns, type SlowPattern } from '../schemas/slow-patterns.ts';
import { ImportLimit } from './import-limit.ts';
import type { DefinitionRoot } from './roots.ts';

/** A file that was imported; what its default export is worth is not known yet. */
export interface DefinitionModule {
  readonly id: string;
  readonly file: string;
  readonly origin: DefinitionRoot['origin'];
  readonly exported: unknown;
  readonly source: string;
  /** SHA-256 of the file. */
  readonly hash: string;
}

/** What is wrong and what to do, as one sentence that goes behind the name of the file. */
export interface DefinitionFault {
  readonly why: string;
  readonly line?: number;
}

export type ReadOutcome<T> =
  /** `warnings`: what is taken and may do harm, each as a sentence. */
  | { readonly kind: 'loaded'; readonly value: T; readonly warnings?: readonly string[] }
  | ({ readonly kind: 'refused'; readonly further?: readonly DefinitionFault[] } & DefinitionFault);

export interface DefinitionKind<T> {
  readonly kind: 'pipeline' | 'tool';
  /** How long one import may take, in milliseconds; default: `importWithinMs`. */
  readonly importWithinMs?: number | undefined;
  readonly read: (module: DefinitionModule) => ReadOutcome<T> | Promise<ReadOutcome<T>>;
}

export interface LoadedDefinitions<T> {
  readonly loaded: readonly T[];
  readonly problems: readonly DefinitionProblem[];
  readonly notes: readonly DefinitionNote[];
  /** Every id that a file claims, the refused ones included. */
  readonly ids: ReadonlySet<string>;
}

const extensions = new Set(['.ts', '.mts', '.js', '.mjs']);

/** Loads every definition below `roots`, ordered by root, then by file name. */
export async function loadDefinitions<T>(
  roots: readonly DefinitionRoot[],
  { kind, read, importWithinMs }: DefinitionKind<T>,
): Promise<LoadedDefinitions<T>> {
  resolveAuthoringApi();
  const limit = new ImportLimit(importWithinMs);
  const ids = new Set<string>();
  const loaded: T[] = [];
  const problems: DefinitionProblem[] = [];
  const notes: DefinitionNote[] = [];
  for (const { dir, origin } of roots) {
    for (const file of await definitionFiles(dir)) {
      const id = idOf(file);
      if (ids.has(id)) continue;
      ids.add(id);
      const module = await importFile(file, { kind, origin, limit });
      const found = module.kind === 'loaded' ? await readSafely(module.value, read) : module;
      if (found.kind === 'refused') {
        problems.push(...[found, ...(found.further ?? [])].map((fault) => problemOf(fault, { kind, file })));
        continue;
      }
      loaded.push(found.value);
      for (const message of found.warnings ?? []) notes.push({ kind, file, message, severity: 'warning' });
    }
  }
  await limit.close();
  return { loaded, problems, notes, ids };
}

/** What a file exports may be anything, also an object whose members throw when they are looked at. */
async function readSafely<T>(module: DefinitionModule, read: DefinitionKind<T>['read']): Promise<ReadOutcome<T>> {
  try {
    return await read(module);
  } catch (error) {
    const line = lineIn(error, module.file);
    return {
      kind: 'refused',
      why: `what it exports cannot be read: ${firstLine(error)}; correct the file`,
      ...compact({ line }),
    };
  }
}

/** Undefined where the id is the name of the file. */
export function idMismatch(id: string, module: DefinitionModule): string | undefined {
  if (id === module.id) return undefined;
  return `its id is "${id}"; name the file ${id}${extname(module.file)}, or give it the id "${module.id}"`;
}

/** Whether `value` is a zod schema. By shape, not by class: the project may have its own copy of zod. */
export function isSchema(value: unknown): value is z.ZodType {
  return typeof (value as Partial<z.ZodType> | null | undefined)?.safeParse === 'function';
}

/** What goes in and what comes out, as JSON Schema. */
export function describeSchemas({
  input,
  output,
}: {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}): ReadOutcome<{
  readonly input: Record<string, unknown>;
  readonly output: Record<string, unknown>;
}> {
  try {
    const schemas = { input: z.toJSONSchema(input, { io: 'input' }), output: z.toJSONSchema(output) };
    const warnings = slowPatterns(schemas.input, ['input'])
      .concat(slowPatterns(schemas.output, ['output']))
      .map(slowWarning);
    return { kind: 'loaded', value: schemas, warnings };
  } catch (error) {
    const why = `its input or output cannot be described as JSON Schema (${firstLine(error)}); use plain zod types`;
    return { kind: 'refused', why };
  }
}

function slowWarning({ path, pattern }: SlowPattern): string {
  return `${path.join('/')}: ${slowPatternMessage(pattern)}.`;
}

function problemOf({ why, line }: DefinitionFault, place: Pick<DefinitionProblem, 'kind' | 'file'>): DefinitionProblem {
  return { ...place, ...compact({ line }), message: why };
}

interface ImportOptions extends Pick<DefinitionProblem, 'kind'>, Pick<DefinitionRoot, 'origin'> {
  readonly limit: ImportLimit;
}

async function importFile(
  file: string,
  { kind, origin, limit }: ImportOptions,
): Promise<ReadOutcome<DefinitionModule>> {
  const id = idOf(file);
  if (!namePattern.test(id))
    return { kind: 'refused', why: `the file name is not a ${kind} id; use lower-case letters, digits and dashes` };
  try {
    const load = async () => (await import(pathToFileURL(file).href)) as { default?: unknown };
    // What ships is ours, and needs no thread beside it.
    const { default: exported } = await (origin === 'shipped' ? load() : limit.run(load));
    const bytes = await readFile(file);
    const hash = createHash('sha256').update(bytes).digest('hex');
    return { kind: 'loaded', value: { id, file, origin, exported, source: bytes.toString('utf8'), hash } };
  } catch (error) {
    const line = lineIn(error, file);
    const why = `it cannot be loaded: ${firstLine(error)}; correct the file`;
    return { kind: 'refused', why, ...compact({ line }) };
  }
}

async function definitionFiles(dir: string): Promise<readonly string[]> {
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

function idOf(file: string): string {
  return basename(file, extname(file));
}

function firstLine(error: unknown): string {
  const [line = ''] = messageOf(error).split('\n');
  return line.replace(/[.;]$/, '');
}

/**
 * The line of `file` that a trace names, if it does: a syntax error names it first, a throw in the first frame of the
 * file.
 */
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
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const url = new URL(`./authoring.${extension}`, import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'perdure' ? { url, shortCircuit: true } : next(specifier, context),
  });
}
