/**
 * The wanted shape where a request does not carry it as a field: an agent with tools is asked for structured output
 * only in the turn that must answer, and some servers take none. Then it stands in words. Pure.
 */

import { isRecord, type JsonSchema } from './schema/node.ts';

/** Lines behind which a schema is written: the product's, and the AI SDK's. */
const announcements = [/^JSON schema:\n/mu, /JSON matching this schema:\n\n/u];
const contract = /^#+ *Output Contract\b.*$/imu;
const heading = /^#{1,2} +\S/mu;
const fence = /^```json[^\n]*\n([\s\S]*?)^```/mu;

/** A schema that is announced anywhere, else that of the Output Contract, which is part of the instructions alone. */
export function findWantedSchema(instructions: string, conversation: string): JsonSchema | undefined {
  for (const text of [instructions, conversation]) {
    const announced = announcedSchema(text);
    if (announced !== undefined) return announced;
  }
  const [, behind = ''] = splitAt(instructions, contract);
  const [section] = splitAt(behind, heading);
  return parseObject(fence.exec(section)?.[1] ?? '');
}

function announcedSchema(text: string): JsonSchema | undefined {
  const behind = announcements.map((announcement) => splitAt(text, announcement)[1]).find((rest) => rest !== undefined);
  if (behind?.startsWith('{') !== true) return undefined;
  const [firstLine = ''] = behind.split('\n', 1);
  return parseObject(firstLine) ?? parseObject(/^\{[\s\S]*?^\}/mu.exec(behind)?.[0] ?? '');
}

/** What is before and behind the first match; without one, all is before. */
function splitAt(text: string, pattern: RegExp): readonly [string, string?] {
  const found = pattern.exec(text);
  return found === null ? [text] : [text.slice(0, found.index), text.slice(found.index + found[0].length)];
}

/** JSON of an object; undefined for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
