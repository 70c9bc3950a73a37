/** What each kind of change checks before anything is touched, and then does. */

import type { ChangeKind } from '../../core/gateway.ts';
import type { Kind } from './kind.ts';
import { mend } from './mend.ts';
import { program } from './program.ts';
import { settings } from './settings.ts';

export { changeIn } from './kind.ts';

export const kinds: Readonly<Record<ChangeKind, Kind>> = { program, settings, mend };
