/** What the launcher tells while it works: one line of a screen each. */

import type { PartName } from './part.ts';

export type LaunchStatus =
  | { readonly kind: 'starting'; readonly part: PartName }
  | { readonly kind: 'ready'; readonly part: PartName; readonly pid: number; readonly warnings?: readonly string[] }
  | { readonly kind: 'crashed'; readonly part: PartName; readonly why: string; readonly restartInMs: number }
  | { readonly kind: 'restarting'; readonly part: PartName; readonly because: string }
  | { readonly kind: 'stopping'; readonly part: PartName };
