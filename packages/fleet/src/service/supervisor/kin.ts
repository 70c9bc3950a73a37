/**
 * Processes of a gateway besides itself: helpers, commands of its agent. They are in its session, or carry the mark of
 * its service in their environment, which also finds those that made themselves a session of their own.
 *
 * Surprise: the number of a session is only ours for as long as who leads it lives. After that it may be somebody
 * else's, so without the leader only the mark counts.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { ancestorsOf, identityOf, isSameProcess } from '@perdure/home';
import type { ProcessIdentity } from '../../core/gateway.ts';
import { carries, textOf } from '../../openclaw/marked.ts';

/** In the environment of all that a service runs. */
export const markName = 'PERDURE_SERVICE';

export interface Kin {
  /** Leads the session. */
  readonly keeper: ProcessIdentity;
  readonly mark: string;
}

/** All that live, the keeper and the gateway among them; never ourselves, nor who we were started by. */
export function kinOf({ keeper, mark }: Kin): readonly ProcessIdentity[] {
  const session = isSameProcess(keeper) ? keeper.pid : undefined;
  const pids = process.platform === 'linux' ? linuxKin(session, mark) : groupMembers(session);
  if (pids.length === 0) return [];
  const ours = new Set(ancestorsOf(process.pid).map(({ pid }) => pid));
  return pids.flatMap((pid) => (ours.has(pid) ? [] : (identityOf(pid) ?? [])));
}

function linuxKin(session: number | undefined, mark: string): readonly number[] {
  const wanted = new Set([`${markName}=${mark}`]);
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    return isInSession(name, session) || carries(name, wanted) ? [Number(name)] : [];
  });
}

function isInSession(pid: string, session: number | undefined): boolean {
  if (session === undefined) return false;
  const stat = textOf(`/proc/${pid}/stat`);
  // Behind the name: state, parent, group, session.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === session;
}

/** Where there is no `/proc` a process shows its group and no environment. */
function groupMembers(group: number | undefined): readonly number[] {
  if (group === undefined) return [];
  const table = execFileSync('/bin/ps', ['-A', '-o', 'pid=,pgid='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [pid, of] = line.trim().split(/\s+/).map(Number);
    return pid !== undefined && of === group ? [pid] : [];
  });
}
