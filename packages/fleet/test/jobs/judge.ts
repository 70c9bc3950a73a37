/** Whether all was done, or all was taken back. */

import { entriesOf } from '../../src/home/index.ts';
import type { Trial } from './trial.ts';

/** Where what was seen is not what was wanted, each in a line. */
export function unlike(seen: Readonly<Record<string, unknown>>, wanted: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const found = seen[name];
    return JSON.stringify(found) === JSON.stringify(value)
      ? []
      : [`${name}: ${JSON.stringify(found)}, not ${JSON.stringify(value)}`];
  });
}

/** What is wrong; nothing: the run ended as it may. */
export async function faultsOf(trial: Trial, status: string): Promise<readonly string[]> {
  const gateway = await trial.store.get('p-scout');
  if (gateway === undefined) return ['there is no record'];
  const seen = stateOf(trial, gateway.status);
  const wanted = status === 'completed' ? whole : nothing(gateway.archive !== undefined);
  const faults = unlike(seen, wanted);
  if (gateway.archive !== undefined && (await entriesOf(gateway.archive)) < 1) faults.push('the archive is empty');
  if (/canary/.test(trial.runs.recorded())) faults.push('a secret is in the record');
  return faults;
}

function stateOf(trial: Trial, status: string) {
  const { world } = trial;
  const { homes, archives } = trial.disk.files();
  return {
    status,
    member: world.statuses.get('p-scout'),
    homes,
    archives,
    processes: world.processes.size,
    services: world.installed.size,
    keys: world.keys.size,
    closed: [...world.closed],
    intents: [...world.said.values()].map(({ intent }) => intent),
    told: [...world.activities.values()].map(({ type }) => type).filter((type) => type === 'blocker').length,
  };
}

type Seen = Partial<ReturnType<typeof stateOf>>;

const whole: Seen = {
  status: 'ready',
  member: 'online',
  homes: ['.openclaw-scout'],
  archives: [],
  processes: 1,
  services: 1,
  keys: 1,
  closed: ['t1'],
  intents: ['chat'],
  told: 0,
};

const nothing = (hadHome: boolean): Seen => ({
  status: 'failed',
  member: 'error',
  homes: [],
  archives: hadHome ? ['scout.tar.gz 600'] : [],
  processes: 0,
  services: 0,
  keys: 0,
  told: 1,
});
