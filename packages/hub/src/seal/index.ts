/** How values are kept so that the database alone tells nothing of them. */

export { type RandomBytes, type SealingKey } from './envelope.ts';
export { openField, sealField, type FieldPlace } from './field.ts';
export {
  newVaultKey,
  rootKeyOf,
  rootKeyOfPassphrase,
  rootKeyOfText,
  rootKeyText,
  unwrapKey,
  wrapKey,
  type WrappedKey,
} from './keys.ts';
export type { Root } from './root.ts';
