/** Has a gateway read the key of its model again, as it lies in its vault now. It is not started anew for that. */

import { readyGateway } from './operate.ts';
import { refuse, type ControlDeps, type ControlOutcome } from './ports.ts';

/** @throws PerdureError where its gateway does not read it */
export async function refresh(deps: ControlDeps, principalId: string): Promise<ControlOutcome> {
  const found = await readyGateway(deps, principalId);
  if (found.kind === 'refused') return found;
  if ((await deps.refreshKey(principalId)) !== 'none') return found;
  const { handle, credential } = found.gateway;
  return refuse(
    'conflict',
    credential.kind === 'vault'
      ? `The home of ${handle} is not whole: \`perdure family repair ${handle}\` first.`
      : `No key of ${handle} lies in a vault: \`perdure family change ${handle} --key vault/item/field\` names one.`,
  );
}
