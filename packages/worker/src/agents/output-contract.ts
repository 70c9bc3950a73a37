/**
 * The Output Contract: one fenced JSON Schema, compiled when the agent is loaded. What schemas are taken, and as what,
 * is the business of `schemas/`; here they are found in the text, and what is said of them gets its line.
 */

import { messageOf } from '@perdure/contract';
import type { SchemaNote } from '../schemas/findings.ts';
import { jsonLines, type JsonPath } from '../schemas/json-lines.ts';
import { readObjectSchema } from '../schemas/read-schema.ts';
import type { JsonSchema } from '@perdure/models';
import { findFences, type Fence } from './fences.ts';
import type { LineNote, LineProblem, Section } from './sections.ts';

/** Lines that are named where one thing holds of many. */
const maxLines = 5;

export type ContractRead =
  | {
      readonly kind: 'read';
      /** Draft 2020-12, whatever the file has: it is what servers are sent. */
      readonly schema: JsonSchema;
      readonly notes: readonly LineNote[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly LineProblem[] };

export function readOutputContract(section: Section): ContractRead {
  const blocks = findFences(section.lines).filter(({ language }) => language === 'json');
  const [block, second] = blocks;
  const lineAt = (index: number) => section.line + 1 + index;
  if (block === undefined) {
    return refuse(section.line, 'the Output Contract has no JSON Schema; add one block fenced by ```json and ```');
  }
  if (second !== undefined) {
    return refuse(
      lineAt(second.open),
      'the Output Contract has a second json block; keep exactly one, the JSON Schema',
    );
  }
  if (block.close === undefined) {
    return refuse(lineAt(block.open), 'the json block of the Output Contract is not closed; end it with ```');
  }
  const parsed = parseBlock(block);
  if (parsed.kind === 'broken') return refuse(lineAt(block.open) + parsed.line, parsed.message);
  const inBlock = jsonLines(block.body.join('\n'));
  const lineOf = (path: JsonPath) => lineAt(block.open) + inBlock(path);
  const read = readObjectSchema(parsed.value);
  if (read.kind === 'read') return { ...read, notes: read.notes.map((note) => lineNote(note, lineOf)) };
  const problems = read.problems.map(({ path, message }) => ({
    line: lineOf(path),
    message: `the JSON Schema cannot be used: ${message}`,
  }));
  return { kind: 'refused', problems };
}

function refuse(line: number, message: string): ContractRead {
  return { kind: 'refused', problems: [{ line, message }] };
}

function lineNote({ path, message, severity, others }: SchemaNote, lineOf: (path: JsonPath) => number): LineNote {
  const lines = others.map(lineOf);
  const rest = lines.length - maxLines;
  const more = rest > 0 ? ` and ${rest} more` : '';
  const also = lines.length === 0 ? '' : ` (also at line ${lines.slice(0, maxLines).join(', ')}${more})`;
  return { line: lineOf(path), message: `in the JSON Schema ${message}${also}`, severity };
}

function parseBlock(block: Fence) {
  const text = block.body.join('\n');
  try {
    return { kind: 'parsed', value: JSON.parse(text) as unknown } as const;
  } catch (error) {
    const message = messageOf(error);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const line = text.slice(0, position).split('\n').length;
    return { kind: 'broken', line, message: `the JSON Schema is not valid JSON: ${message}` } as const;
  }
}
