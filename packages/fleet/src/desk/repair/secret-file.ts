/** `secrets.json`: whole, for this account alone, with a key that opens the hub and the key of its model as it is. */

import { join } from 'node:path';
import { entryDifference, isExposed, type Difference } from '../../core/repair.ts';
import { secretsFile } from '../../openclaw/index.ts';
import { modelKeyOf } from '../member-secrets.ts';
import { readSecrets, writeSecrets, type Secrets } from '../secrets.ts';
import { clearForFile, entryAt } from './found.ts';
import { present, type LookWork, type Part } from './part.ts';

interface Found {
  readonly differences: readonly Difference[];
  /** Of these the two that are ours to make have to be other ones. */
  readonly isAnew: boolean;
  readonly secrets: Secrets | undefined;
  readonly modelKey: string;
}

const tell = (found: string, becomes: string): Difference => ({ at: secretsFile, found, becomes });
const anew = 'a new key of the hub, and a new token';

async function find({ deps, gateway }: Pick<LookWork, 'deps' | 'gateway'>): Promise<Found> {
  const { home, principalId, keyId } = gateway;
  const path = join(home, secretsFile);
  const entry = entryAt(path);
  const secrets = readSecrets(home);
  const modelKey = await modelKeyOf(deps, gateway);
  const wrong = entryDifference(secretsFile, entry, { wanted: 'file', isPrivate: true });
  if (secrets === undefined) {
    const found = entry.kind === 'file' ? tell('is damaged', anew) : (wrong ?? tell('is damaged', anew));
    return { differences: [{ ...found, becomes: anew }], isAnew: true, secrets, modelKey };
  }
  if (isExposed(entryAt(home), entry)) {
    const found =
      gateway.credential.kind === 'vault'
        ? tell('others could read it, with the key of its model', `${anew}; change that one where it is from`)
        : tell('others could read it', anew);
    return { differences: [found], isAnew: true, secrets, modelKey };
  }
  const isOpening = keyId !== undefined && (await deps.hub.opensWith(principalId, secrets.hubKey));
  const differences = present(
    wrong,
    isOpening ? undefined : tell('its key opens nothing in the hub', 'a new one'),
    secrets.modelKey === modelKey ? undefined : tell('the key of its model is another than in its vault', 'that one'),
  );
  return { differences, isAnew: !isOpening, secrets, modelKey };
}

export const secretFile: Part = {
  look: async (work) => (await find(work)).differences,
  async make(work) {
    const { deps, gateway, note } = work;
    const { home, principalId } = gateway;
    const { differences, isAnew, secrets, modelKey } = await find(work);
    if (differences.length === 0) return;
    clearForFile(join(home, secretsFile));
    if (!isAnew && secrets !== undefined) return writeSecrets(home, { ...secrets, modelKey });
    const { keyId, key } = await deps.hub.issueKey(principalId);
    const isTokenKept = secrets !== undefined && (entryAt(join(home, secretsFile)).mode & 0o044) === 0;
    const gatewayToken = isTokenKept ? secrets.gatewayToken : deps.newSecret();
    writeSecrets(home, { hubKey: key, gatewayToken, modelKey });
    await note({ keyId });
  },
};
