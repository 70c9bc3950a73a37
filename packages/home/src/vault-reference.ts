/** `vault:<vault>/<item>` and `vault:<vault>/<item>/<field>`: where a secret lies, in the place of the secret. */

const prefix = 'vault:';

export type VaultReference =
  | { readonly kind: 'reference'; readonly reference: string }
  | { readonly kind: 'odd'; readonly why: string };

/** Undefined for what is no reference at all. */
export function readVaultReference(text: string): VaultReference | undefined {
  if (!text.startsWith(prefix)) return undefined;
  const reference = text.slice(prefix.length);
  const parts = reference.split('/');
  const isGood = (parts.length === 2 || parts.length === 3) && parts.every((part) => part.trim() !== '');
  if (isGood && reference.length <= 400) return { kind: 'reference', reference };
  return { kind: 'odd', why: 'names no item of a vault: write vault:<vault>/<item>, or vault:<vault>/<item>/<field>' };
}

/** As people write it. */
export const vaultReferenceText = (reference: string): string => `${prefix}${reference}`;
