/** The root key of tests. */

import { rootKeyOf } from '../../src/seal/index.ts';

export const rootKey = rootKeyOf(Buffer.alloc(32, 9));
