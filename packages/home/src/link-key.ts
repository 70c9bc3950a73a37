/**
 * The key that signs links to files, which need no header. A new one ends the links that are out, and nothing else: no
 * backup needs it.
 */

import { createFile, readFileIfAny } from './files.ts';
import type { HomePaths } from './layout.ts';

/** 256 bits in base64url, made now if there is none, or nothing that could be one. */
export function ensureLinkKey(paths: HomePaths, randomBytes: (size: number) => Buffer): string {
  const found = readLinkKey(paths);
  if (found !== undefined) return found;
  const made = randomBytes(32).toString('base64url');
  if (createFile(paths.linkKey, made)) return made;
  // Somebody else was first, or it is damaged: then none is kept, and links last as long as the process.
  return readLinkKey(paths) ?? made;
}

function readLinkKey({ linkKey }: HomePaths): string | undefined {
  const text = readFileIfAny(linkKey)?.trim() ?? '';
  return /^[\w-]{43}$/.test(text) ? text : undefined;
}
