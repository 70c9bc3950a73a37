/** What a suite of the bench is. */

import type { Figure } from './figures.ts';

/** Measures; tells what it is at. */
export type Suite = (say: (line: string) => void) => Promise<readonly Figure[]>;
