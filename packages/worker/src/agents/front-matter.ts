/**
 * The YAML between the two `---` lines of an `AGENT.md`, held against what an agent may declare. Unknown keys are
 * refused.
 */

import { namePattern } from '@perdure/contract';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import type { LineNote, LineProblem } from './sections.ts';
import { hiddenComments, quietLosses, yamlMistakes } from './yaml-mistakes.ts';

const defaultMaxTurns = 8;

/** YAML reads `42`, `true` and `[x]` as what they look like. */
function textThat(rule: string): z.ZodString {
  return z.string({ error: ({ input }) => (input === undefined ? rule : `${rule}; put it in quotes`) });
}

const frontMatterSchema = z.strictObject({
  name: textThat('must be the name of the folder'),
  description: textThat('must be one sentence').trim().min(1, 'must be one sentence, not empty'),
  model: textThat('must be a model id').trim().min(1, 'must be a model id, or be left out').optional(),
  tools: z.array(z.string('must list tool ids'), 'must be a list of tool ids, as in [http-get, read-file]').default([]),
  maxTurns: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(50, 'must be at most 50')
    .default(defaultMaxTurns),
  temperature: z.number('must be a number').min(0, 'must be at least 0').max(2, 'must be at most 2').optional(),
});
export type FrontMatter = z.infer<typeof frontMatterSchema>;

export type FrontMatterRead =
  /** `notes`: what is taken, and may not be what was meant. */
  | { readonly kind: 'read'; readonly frontMatter: FrontMatter; readonly notes: readonly LineNote[] }
  | { readonly kind: 'refused'; readonly problems: readonly LineProblem[] };

/** Which tools an agent may name under `tools`. */
export interface AllowedTools {
  /** Ids of the tools that are switched on. */
  readonly knownTools: ReadonlySet<string>;
  /** Ids of those that are switched off, each with the sentence that says how to switch it on. */
  readonly disabledTools: ReadonlyMap<string, string>;
  /** Names of those whose files were refused, each with why. */
  readonly refusedTools?: ReadonlyMap<string, string>;
}

interface FrontMatterOptions {
  /** Line of the file on which `text` begins. */
  readonly firstLine: number;
  readonly folderName: string;
  readonly tools: AllowedTools;
}

export function readFrontMatter(text: string, options: FrontMatterOptions): FrontMatterRead {
  const { firstLine, folderName, tools } = options;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: 'error' });
  const toLine = (offset: number) => lineCounter.linePos(offset).line + firstLine - 1;
  const lineOf = (key: unknown) => toLine(keyOffset(document, key) ?? 0);
  const inFile = ({ line, message }: LineProblem) => ({ line: line + firstLine - 1, message });
  const lost = yamlMistakes(text, document.errors, (offset) => lineCounter.linePos(offset).line);
  const mistakes = [...lost, ...(lost.length === 0 ? quietLosses(text) : [])].map(inFile);
  if (mistakes.length > 0) return { kind: 'refused', problems: mistakes };
  const value = toValue(document);
  if (value === undefined) {
    const message =
      'the front matter uses YAML aliases that cannot be resolved; write the values out, or put a text that begins with "*" in quotes';
    const line = text.split('\n').findIndex((each) => /[:\-,[]\s+\*/.test(each)) + 1;
    return { kind: 'refused', problems: [{ line: Math.max(line, 1) + firstLine - 1, message }] };
  }
  const tight = isMap(document.contents) ? undefined : /^([a-zA-Z]+):\S/m.exec(text)?.[1];
  if (tight !== undefined) {
    const message = `the front matter is not valid YAML: write a blank behind "${tight}:"`;
    return { kind: 'refused', problems: [{ line: firstLine, message }] };
  }
  const parsed = frontMatterSchema.safeParse(value);
  if (!parsed.success) {
    return { kind: 'refused', problems: parsed.error.issues.flatMap((issue) => describe(issue, lineOf)) };
  }
  const problems = [...nameProblems(parsed.data.name, folderName), ...toolProblems(parsed.data.tools, tools)].map(
    ({ key, message }) => ({ line: lineOf(key), message }),
  );
  if (problems.length > 0) return { kind: 'refused', problems };
  const notes = hiddenComments(text).map((comment) => ({ ...inFile(comment), severity: 'note' as const }));
  return { kind: 'read', frontMatter: parsed.data, notes };
}

/** Undefined for an alias without its anchor, and for aliases that multiply beyond all measure. */
function toValue(document: Document): unknown {
  try {
    return document.toJS() ?? {};
  } catch {
    return undefined;
  }
}

function keyOffset(document: Document, key: unknown): number | undefined {
  if (!isMap(document.contents)) return undefined;
  const pair = document.contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function describe(issue: z.core.$ZodIssue, lineOf: (key: unknown) => number): readonly LineProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(frontMatterSchema.shape).join(', ');
    return issue.keys.map((key) => ({
      line: lineOf(key),
      message: `the front matter knows no key "${key}"; remove it or use one of ${known}`,
    }));
  }
  const [key] = issue.path;
  if (key === undefined) return [{ line: lineOf(key), message: 'the front matter must be a map of keys to values' }];
  return [{ line: lineOf(key), message: `"${String(key)}" in the front matter ${issue.message}` }];
}

interface KeyProblem {
  readonly key: string;
  readonly message: string;
}

function nameProblems(name: string, folderName: string): readonly KeyProblem[] {
  if (!namePattern.test(name)) {
    const message = `"${name}" is not a name; use lower-case letters, digits and dashes, at most 63`;
    return [{ key: 'name', message }];
  }
  if (name === folderName) return [];
  const message = `the name "${name}" differs from the folder "${folderName}"; make them the same`;
  return [{ key: 'name', message }];
}

function toolProblems(tools: readonly string[], allowed: AllowedTools): readonly KeyProblem[] {
  const { knownTools, disabledTools, refusedTools } = allowed;
  const known = knownTools.size === 0 ? 'none are known' : `known are ${[...knownTools].toSorted().join(', ')}`;
  const faultOf = (tool: string, index: number) => {
    if (tools.indexOf(tool) < index) return `the tool "${tool}" is listed twice; remove one of the two`;
    const remedy = disabledTools.get(tool);
    if (remedy !== undefined) return `the tool "${tool}" is switched off: ${remedy.replace(/\.$/, '')}`;
    const why = refusedTools?.get(tool);
    if (why !== undefined) return `the tool "${tool}" is not loaded: ${why}`;
    return knownTools.has(tool) ? undefined : `unknown tool "${tool}"; ${known}, so remove it from "tools"`;
  };
  return tools.flatMap((tool, index) => {
    const message = faultOf(tool, index);
    return message === undefined ? [] : [{ key: 'tools', message }];
  });
}
