/** Who counts as a person. The name is the caller's word: it keeps honest agents apart, it does not authenticate anybody. */

/** `owner`, or `human:<name>`. */
export function isHuman(actor: string): boolean {
  return actor === 'owner' || actor.startsWith('human:');
}
