/** By what a secret is looked up: the search in an index must tell nothing of the rest of its hash. */

/** Hexadecimal digits. */
const lookupDigits = 16;

export const lookupOf = (hash: string): string => hash.slice(0, lookupDigits);
