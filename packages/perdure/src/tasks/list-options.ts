/** What `perdure task list` is asked for, whichever tasks it lists. */

import type { TaskState } from '@perdure/contract';
import type { CommonOptions } from '../cli/options.ts';

export interface ListOptions extends CommonOptions {
  readonly state?: TaskState;
  readonly project?: string;
  readonly archived?: boolean;
  readonly all?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}
