/** What is ours in a home made as it is to be; another model, key or port are in it then. */

import type { GatewayChange } from '../../core/gateway.ts';
import { derivedPorts } from '../../core/choose-port.ts';
import { isPerdureError, PerdureError } from '@perdure/contract';
import { validateSettings } from '../remake.ts';
import { refuseStrange, repairHome } from '../repair/index.ts';
import type { StepWork } from '../ports.ts';
import type { Kind } from './kind.ts';

export const settings: Kind = {
  words: ({ to, before }) => wordsOf(to, before),
  async check(work) {
    const { gateway } = work;
    refuseStrange(gateway);
    await refuseBusy(work);
    return `${gateway.home} is the home of ${gateway.handle}`;
  },
  async apply(work) {
    const isFresh = work.gateway.change?.isFresh === true;
    await repairHome(work, { isFresh });
    await validated(work, isFresh);
    return `${work.gateway.home} is as it is to be, and OpenClaw takes its settings`;
  },
};

function wordsOf({ model, credential, port }: GatewayChange['to'], before: GatewayChange['before']): string {
  const said = [
    ...(model === undefined || model === before.model ? [] : [`the model ${model}`]),
    ...(credential === undefined ? [] : ['another key of its model']),
    ...(port === undefined || port === before.port ? [] : [`the port ${port}`]),
  ];
  return said.length === 0 ? 'settings, plugin and skills as they are to be' : said.join(' and ');
}

/** What people have added is kept, and so may be what OpenClaw does not take. */
async function validated(work: StepWork, isFresh: boolean): Promise<void> {
  try {
    await validateSettings(work);
  } catch (error) {
    if (isFresh || !isPerdureError(error)) throw error;
    const next = `\`perdure family repair ${work.gateway.handle} --fresh\` leaves out what was added to them.`;
    throw new PerdureError(error.code, `${error.message}; ${next}`, { cause: error });
  }
}

async function refuseBusy({ deps, gateway }: StepWork): Promise<void> {
  const { change } = gateway;
  const port = change?.to.port;
  if (port === undefined || port === change?.before.port) return;
  const own = [gateway.port, ...derivedPorts(gateway.port)];
  const wanted = [port, ...derivedPorts(port)].filter((one) => !own.includes(one));
  const [busy] = await deps.busyAmong(wanted);
  if (busy === undefined) return;
  throw new PerdureError(
    'conflict',
    `Port ${busy}, which a gateway on ${port} may take, is in use by another program; choose another one.`,
  );
}
