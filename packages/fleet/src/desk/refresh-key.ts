/**
 * Gives a gateway the key of its model as it lies in its vault now, without a restart. Which version of it a home has
 * stands beside it, and only when the gateway has read it: whoever comes after a crash goes on.
 */

import { PerdureError } from '@perdure/contract';
import type { GatewayRecord } from '../core/gateway.ts';
import { specOf } from '../core/service-spec.ts';
import { stateOfHome } from '../home/index.ts';
import { modelKeyOf } from './member-secrets.ts';
import type { FleetDeskDeps } from './ports.ts';
import { keyVersionOf, readSecrets, writeSecrets } from './secrets.ts';

/** `none`: it has no key that lies in a vault, or no home of ours that is whole. */
export type RefreshOutcome = 'same' | 'refreshed' | 'none';

type Deps = Pick<FleetDeskDeps, 'hub' | 'program' | 'services' | 'host'>;

/** It lies in the home, and whether the gateway has read it nobody knows. */
const unread = 'unread';

/**
 * `isForced`: it reads the key again also where that is the one it has.
 *
 * @throws PerdureError where the key is not in its vault any more, or its gateway does not read it
 */
export async function refreshKey(
  deps: Deps,
  gateway: GatewayRecord,
  { isForced = false }: { readonly isForced?: boolean } = {},
): Promise<RefreshOutcome> {
  const { credential, home, handle, status } = gateway;
  if (status !== 'ready' || credential.kind !== 'vault' || stateOfHome(gateway) !== 'ours') return 'none';
  const secrets = readSecrets(home);
  if (secrets === undefined) return 'none';
  const version = await deps.hub.secretVersion(credential.reference);
  if (version === undefined) {
    throw new PerdureError(
      'conflict',
      `The key of the model of ${handle} is not in its vault any more; name another one with \`perdure family change ${handle} --key\`.`,
    );
  }
  const keyVersion = `v${version}`;
  if (!isForced && keyVersionOf(home) === keyVersion) return 'same';
  const modelKey = await modelKeyOf(deps, gateway);
  if (!isForced && modelKey === secrets.modelKey && keyVersionOf(home) === undefined) {
    writeSecrets(home, secrets, { keyVersion });
    return 'same';
  }
  writeSecrets(home, { ...secrets, modelKey }, { keyVersion: unread });
  const isRunning = await reload(deps, gateway);
  const text = `${handle} has the key of its model as it lies in its vault now.`;
  const id = `key/${gateway.principalId}/${credential.reference}/${keyVersion}`;
  const said = isRunning ? text : `${text} Its gateway reads it when it starts.`;
  await deps.hub.tell(gateway.principalId, { id, text: said, intent: 'chat' });
  writeSecrets(home, { ...secrets, modelKey }, { keyVersion });
  return 'refreshed';
}

/** Whether there is one that runs. One that does not reads it when it starts. */
async function reload({ program, services, host }: Deps, gateway: GatewayRecord): Promise<boolean> {
  const state = await services(gateway.service).state(specOf(gateway, host.accountHome));
  if (state.kind !== 'running') return false;
  await program(gateway.program).reload(gateway.home);
  return true;
}
