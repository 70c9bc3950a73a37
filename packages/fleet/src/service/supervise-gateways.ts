/**
 * Brings what is recorded and what runs together: a gateway that is to run and does not is started, whatever took it
 * away: a start of the machine, a state root that came from a backup, a unit that somebody removed. One that its
 * manager starts again by itself, or gave up, is left to it; one that a run is at work on is left to that run.
 */

import { messageOf } from '@perdure/contract';
import { boundLog } from '@perdure/home';
import type { GatewayRecord } from '../core/gateway.ts';
import type { ServiceKind } from '../core/member.ts';
import type { ServiceManager, ServiceState } from '../core/ports.ts';
import { serviceLog } from './last-lines.ts';
import { specOf } from '../core/service-spec.ts';

export interface SuperviseDeps {
  /** All gateways of this host. */
  readonly gateways: () => Promise<readonly GatewayRecord[]>;
  /** One of them as it is recorded now. */
  readonly get: (principalId: string) => Promise<GatewayRecord | undefined>;
  readonly managers: Readonly<Partial<Record<ServiceKind, ServiceManager>>>;
  /** Home of the account. */
  readonly accountHome: string;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
}

export interface Supervision {
  /** Looks now, after what is under way. Never rejects. */
  look(): Promise<void>;
  /** Nothing is started after it resolves; what runs goes on. */
  end(): Promise<void>;
}

export function superviseGateways(deps: SuperviseDeps): Supervision {
  const { gateways, get, managers, accountHome, log, everyMs = 15_000 } = deps;
  const ended = new AbortController();
  const problems = new Map<string, string>();

  const keep = async (record: GatewayRecord): Promise<void> => {
    // What runs a gateway of somebody else's starts it, or does not.
    if (record.service === 'its_own') return;
    const manager = managers[record.service];
    if (manager === undefined || ended.signal.aborted) return;
    const spec = specOf(record, accountHome);
    boundLog(serviceLog(spec.home));
    const does = isToBeStarted(record, await manager.state(spec));
    if (does === 'nothing') return;
    // Those before it took seconds each: by now it may be stopped, or taken away.
    if (!isToRun(await get(record.principalId))) return;
    if (does === 'install') await manager.install(spec);
    await manager.start(spec);
    log(`The gateway of ${record.handle} is to run and did not, so it was started.`);
  };
  /** One after the other: each start takes a core for some seconds. What is wrong with one is told once. */
  const lookAtAll = async (): Promise<void> => {
    try {
      for (const record of await gateways()) {
        const problem = await keep(record).then(() => '', messageOf);
        if (problem !== '' && problem !== problems.get(record.principalId)) log(problem);
        problems.set(record.principalId, problem);
      }
    } catch (error) {
      log(`The gateways that are recorded could not be read, which is tried again: ${messageOf(error)}`);
    }
  };
  let turn: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => (turn = turn.then(lookAtAll));
  let clock: NodeJS.Timeout | undefined;
  const goOn = async (): Promise<void> => {
    await look();
    if (!ended.signal.aborted) clock = setTimeout(() => void goOn(), everyMs).unref();
  };
  void goOn();

  return {
    look,
    async end() {
      ended.abort();
      clearTimeout(clock);
      await turn;
    },
  };
}

const isToRun = (record: GatewayRecord | undefined): boolean => record?.wanted === 'up' && record.status === 'ready';

function isToBeStarted(record: GatewayRecord, state: ServiceState): 'nothing' | 'start' | 'install' {
  if (!isToRun(record)) return 'nothing';
  if (state.kind === 'absent') return 'install';
  return state.kind === 'stopped' ? 'start' : 'nothing';
}
