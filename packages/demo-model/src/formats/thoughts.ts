/**
 * Thoughts that leave the demo model sealed, so that it knows its own when they come back: as a signature beside them,
 * or as the only copy of them that it takes. A seal proves that a client changed nothing; it hides nothing.
 */

import { createHash } from 'node:crypto';

const seal = (thoughts: string): string => createHash('sha256').update(`demo model: ${thoughts}`).digest('base64url');

export const signatureOf = (thoughts: string): string => `demo_${seal(thoughts)}`;

export const encryptThoughts = (thoughts: string): string =>
  `demo.${Buffer.from(thoughts).toString('base64url')}.${seal(thoughts)}`;

/** Undefined for what was not made here. */
export function decryptThoughts(content: string): string | undefined {
  const [, text = ''] = content.split('.');
  const thoughts = Buffer.from(text, 'base64url').toString();
  return encryptThoughts(thoughts) === content ? thoughts : undefined;
}
