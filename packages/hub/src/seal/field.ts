/**
 * Values of fields, each sealed for its vault, its item, its version, its key and the keys beside it: a field can
 * neither be put elsewhere nor left out without the others telling.
 */

import { open, seal, type Place, type RandomBytes, type SealingKey } from './envelope.ts';

export interface FieldPlace {
  readonly vaultId: string;
  readonly itemId: string;
  readonly version: number;
  readonly key: string;
  /** All of the item, as they were given. */
  readonly keys: readonly string[];
}

export function sealField(
  key: SealingKey,
  value: string,
  { place, random }: { readonly place: FieldPlace; readonly random: RandomBytes },
): string {
  return seal(key, Buffer.from(value), { place: placeOf(place), random });
}

/** Undefined where it was changed, or belongs elsewhere. */
export function openField(key: SealingKey, sealed: string, place: FieldPlace): string | undefined {
  const opened = open(key, sealed, placeOf(place));
  return opened.kind === 'opened' ? opened.plain.toString() : undefined;
}

const placeOf = ({ vaultId, itemId, version, key, keys }: FieldPlace): Place => [
  'field',
  vaultId,
  itemId,
  version,
  key,
  ...keys,
];
