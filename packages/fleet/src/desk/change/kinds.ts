/** What each kind of change checks before anything is touched, and then does. */

import { PerdureError } from '@perdure/contract';
import type { ChangeKind } from '../../core/gateway.ts';
import type { Kind } from './kind.ts';
import { program } from './program.ts';
import { settings } from './settings.ts';

export { changeIn } from './kind.ts';

const none: Kind = {
  words: () => 'something that this release cannot do',
  check: async () => {
    throw new PerdureError('invalid_input', 'This release of Perdure cannot do that to a gateway.');
  },
  apply: async () => '',
};

export const kinds: Readonly<Record<ChangeKind, Kind>> = { program, settings, mend: none };
