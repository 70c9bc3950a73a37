/** The grammars of everything that names something. */

import { z } from 'zod';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** A run is named by a UUIDv7, lower case. */
export const runIdSchema = z.string().regex(new RegExp(`^${uuid}$`), 'a run id is a lower-case UUID');

/** `<run>` or `<run>/<step key>`: a step key may hold further slashes. */
export const runOrStepIdSchema = z.string().regex(new RegExp(`^${uuid}(/.+)?$`), 'a run id, or <run id>/<step key>');

/** Splits `<run>/<step key>`; the key is undefined for a run. */
export function splitStepId(id: string): { runId: string; stepKey: string | undefined } {
  const slash = id.indexOf('/');
  return slash < 0 ? { runId: id, stepKey: undefined } : { runId: id.slice(0, slash), stepKey: id.slice(slash + 1) };
}

/**
 * A step key as an author writes it: 1 to 100 characters, no slash (scopes are joined with it), nothing that needs
 * quoting in a shell or a URL.
 */
export const stepKeyPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Names of agents and pipelines: they are folder and file names too. */
export const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const nameSchema = z.string().regex(namePattern, 'a name has lower-case letters, digits and dashes, at most 63');
