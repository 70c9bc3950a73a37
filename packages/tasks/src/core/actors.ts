/**
 * Who counts as a person. The name is the caller's word: it keeps honest agents apart, it does not authenticate
 * anybody.
 */

/** `owner`, or `human:<name>`. */
export function isHuman(actor: string): boolean {
  return actor === 'owner' || actor.startsWith('human:');
}

/** Whoever calls a tool and says neither a lease nor a name: no person, and nobody's second agent. */
export const nameless = 'mcp';
