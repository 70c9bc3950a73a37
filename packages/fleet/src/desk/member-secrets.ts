/** Keys of a gateway, from where they lie into its home. */

import type { StepWork } from './ports.ts';
import { readSecrets, writeSecrets } from './secrets.ts';

/** Those that are there stay while the key is the one that was recorded: a gateway that runs has read them. */
export async function ensureSecrets({ deps, gateway, note }: StepWork): Promise<void> {
  const there = readSecrets(gateway.home);
  if (there !== undefined && gateway.keyId !== undefined) return;
  const { keyId, key } = await deps.hub.issueKey(gateway.principalId);
  const modelKey = await modelKeyOf(deps, gateway);
  writeSecrets(gateway.home, { hubKey: key, gatewayToken: there?.gatewayToken ?? deps.newSecret(), modelKey });
  await note({ keyId });
}

/** As `ensureSecrets`, with the key of its model as it lies in its vault now. */
export async function refreshSecrets(work: StepWork): Promise<void> {
  await ensureSecrets(work);
  const { deps, gateway } = work;
  const there = readSecrets(gateway.home);
  const modelKey = await modelKeyOf(deps, gateway);
  if (there !== undefined && there.modelKey !== modelKey) writeSecrets(gateway.home, { ...there, modelKey });
}

/** OpenClaw wants a text where a server wants no key, and wherever a file refers to one. */
export const noKey = 'none';

export async function modelKeyOf(
  deps: Pick<StepWork['deps'], 'hub'>,
  { credential, handle }: StepWork['gateway'],
): Promise<string> {
  if (credential.kind !== 'vault') return noKey;
  return await deps.hub.secret(credential.reference, `the model key of the gateway of ${handle}`);
}
