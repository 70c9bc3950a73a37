/** Whether the vaults can be opened at all. One that cannot is sealed: it tells so, and all else goes on. */

import type { SealingKey } from './envelope.ts';

export type Root =
  | { readonly kind: 'open'; readonly key: SealingKey }
  | {
      readonly kind: 'sealed';
      /** One sentence, without a path and without a key: it is told to everybody. */ readonly reason: string;
    };
