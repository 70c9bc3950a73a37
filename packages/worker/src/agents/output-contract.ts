/**
 * The Output Contract: one fenced JSON Schema (draft 2020-12), compiled when the agent is loaded. Strict about what
 * would silently not be checked (unknown keywords and formats), lenient about style.
 */

import { messageOf } from '@perdure/contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { JsonSchema } from '@perdure/models';
import { findFences, type Fence } from './fences.ts';
import type { LineNote, LineProblem, Section } from './sections.ts';

export type ContractRead =
  | { readonly kind: 'read'; readonly schema: JsonSchema; readonly notes: readonly LineNote[] }
  | { readonly kind: 'refused'; readonly problem: LineProblem };

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
  const compiled = compile(parsed.value);
  return compiled.kind === 'broken'
    ? refuse(lineAt(block.open), compiled.message)
    : { ...compiled, kind: 'read', notes: [] };
}

function refuse(line: number, message: string): ContractRead {
  return { kind: 'refused', problem: { line, message } };
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

function broken(message: string) {
  return { kind: 'broken', message } as const;
}

function compile(schema: unknown) {
  if (!isRecord(schema) || schema['type'] !== 'object') {
    return broken('the JSON Schema must describe an object; write "type": "object" at its top');
  }
  if ('$async' in schema) return broken('the JSON Schema uses "$async", which is not JSON Schema; remove it');
  // One instance per agent: two agents may use the same `$id`.
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    logger: false,
    strictTypes: false,
    strictTuples: false,
  });
  formats.default(ajv);
  try {
    ajv.compile(schema);
    return { kind: 'compiled', schema } as const;
  } catch (error) {
    const reason = messageOf(error);
    return broken(`the JSON Schema cannot be used: ${reason}; correct it by draft 2020-12`);
  }
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
