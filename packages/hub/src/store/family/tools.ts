/** What the parts of the store of families share. */

import type { Read } from '@perdure/db';
import type { Manage } from '../audit-store.ts';
import type { ChannelRows } from '../channel-rows.ts';
import type { KeyRows } from '../key-rows.ts';
import type { PrincipalRows } from '../principal-store.ts';
import type { FamilyRows } from './family-rows.ts';
import type { TaskTools } from '../tasks/tools.ts';
import type { MemberRows } from './member-rows.ts';

export interface FamilyTools {
  readonly families: FamilyRows;
  readonly members: MemberRows;
  readonly principals: PrincipalRows;
  readonly keys: KeyRows;
  readonly channels: ChannelRows;
  /** Absent: new members are made without a task for their lead. */
  readonly tasks: TaskTools | undefined;
  readonly manage: Manage;
  readonly read: Read;
}
