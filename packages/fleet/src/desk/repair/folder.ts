/** The home itself, for this account alone. */

import { entryDifference } from '../../core/repair.ts';
import { entryAt, makePrivate } from './found.ts';
import { present, type Part } from './part.ts';

export const folder: Part = {
  look: async ({ gateway: { home } }) =>
    present(entryDifference('its home', entryAt(home), { wanted: 'folder', isPrivate: true })),
  make: async ({ gateway: { home } }) => makePrivate(home),
};
