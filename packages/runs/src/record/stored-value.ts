/**
 * Whether a value is still what was written. A disk may give back other bytes than it was given and not say so: what a
 * run computes with them would be recorded as true. A value in its row has a checksum beside it; one that lies apart is
 * named by the SHA-256 of its text.
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { PerdureError, type Json } from '@perdure/contract';
import type { StoredValue } from './record.ts';

/** Of a value in its row. */
export function sumOf(text: string): number {
  return crc32(text);
}

/** Names a value that lies apart. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** `sum`: null where it was written without one. */
export function isWhole(text: string | null, sum: number | null): boolean {
  return text === null || sum === null || sumOf(text) === sum;
}

/** Of a value that lies in its row and is whole; undefined for all others. */
export function textInRow(value: StoredValue): { readonly text: string | null } | undefined {
  return value.kind === 'inline' && isWhole(value.text, value.sum ?? null) ? value : undefined;
}

/** `what`: names the value. */
export function damagedValue(what: string): PerdureError {
  return new PerdureError(
    'storage_corrupt',
    `${what} is not what was recorded: the disk or another program has changed it. Stop Perdure, keep a copy of the state root, and restore a backup.`,
  );
}

export function parsedJson(text: string | null): Json | undefined {
  return text === null ? undefined : (JSON.parse(text) as Json);
}
