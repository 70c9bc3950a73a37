/** What the formats' checks of a request have in common. */

import type { z } from 'zod';
import { isRecord } from '../schema/node.ts';

export interface Fault {
  /** Where: `messages.0.content`; '' for the whole. */
  readonly place: string;
  readonly message: string;
  /** A field that is not known. */
  readonly isUnknown: boolean;
}

/** The first thing that is wrong; of alternatives that of the one that fits best. */
export function firstFault(error: z.ZodError): Fault {
  return deepest(error.issues, []);
}

type Issue = z.ZodError['issues'][number];
type Path = readonly PropertyKey[];

function deepest(issues: readonly Issue[], before: Path): Fault {
  const [issue] = issues;
  if (issue === undefined) return { place: before.join('.'), message: 'is not valid', isUnknown: false };
  const path = [...before, ...issue.path];
  if (issue.code === 'invalid_union') {
    const depth = (branch: readonly Issue[]) => Math.max(0, ...branch.map((one) => one.path.length));
    const branch = [...issue.errors].toSorted((a, b) => depth(b) - depth(a))[0];
    if (branch !== undefined && branch.length > 0) return deepest(branch, path);
  }
  if (issue.code === 'unrecognized_keys')
    return { place: [...path, issue.keys[0] ?? ''].join('.'), message: 'is not known', isUnknown: true };
  return { place: path.join('.'), message: issue.message, isUnknown: false };
}

/** Where a text holds half a surrogate pair, which is no character and which servers refuse. */
export function findLoneSurrogate(value: unknown, place = ''): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : place;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    const found = findLoneSurrogate(member, place === '' ? name : `${place}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a body carries a field; dots lead into members, and into each member of a list. */
export function hasField(body: unknown, path: string): boolean {
  if (Array.isArray(body)) return body.some((member) => hasField(member, path));
  if (!isRecord(body)) return false;
  const [name = '', ...rest] = path.split('.');
  const member = body[name];
  if (member === undefined || member === null) return false;
  return rest.length === 0 || hasField(member, rest.join('.'));
}

/** `Bearer <key>`. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
}
