/**
 * Has the root key of the vaults, and replaces it by another. Killed between any two lines, one of the two keys opens
 * everything, and the next start finds it:
 *
 *     1. the new key lies beside the old one    the database says the old one, which is in its place
 *     2. the database is sealed under the new   it says the new one, which lies beside
 *     3. the new key takes the place            it says the new one, which is in its place
 */

import { dropNextVaultKey, keepNextVaultKey, promoteVaultKey, type HomePaths } from '@perdure/home';
import { refuse, type Refusal, type RootKeeper, type RootOutcome } from '@perdure/hub';
import { rootKeyOfText, rootKeyText, type RandomBytes, type SealingKey } from '@perdure/hub/seal';
import type { RootOf, RootStore } from '@perdure/hub/store';
import { sealed, type OpenedRoot } from './vault-root.ts';
import type { Principal } from '@perdure/contract';

export interface RootKeeperDeps {
  readonly paths: Pick<HomePaths, 'run' | 'vaultKey'>;
  readonly roots: Pick<RootStore, 'rewrap'>;
  readonly random: RandomBytes;
  readonly clock: () => number;
}

export interface KeptRoot extends RootKeeper {
  readonly root: RootOf;
}

export function keepRoot(opened: OpenedRoot, { paths, roots, random, clock }: RootKeeperDeps): KeptRoot {
  let current = opened;
  /** One that may be in its place already: transactions of either are under way. */
  let next: SealingKey | undefined;
  const replace = async (by: Principal): Promise<RootOutcome> => {
    if (current.kind === 'sealed') return refuse('vault_sealed', current.reason);
    if (current.source === 'credential') return notOurs;
    const text = rootKeyText(random);
    const to = rootKeyOfText(text) as SealingKey;
    next = to;
    keepNextVaultKey(paths, to.id, text);
    const outcome = await roots.rewrap({ from: current.key, to, by, random, now: clock() });
    if (outcome.kind === 'refused') {
      dropNextVaultKey(paths, to.id);
      return outcome;
    }
    current = { kind: 'open', key: to, source: 'file' };
    // Where the disk is full by now the key lies beside, and the next start does this.
    promoteVaultKey(paths, to.id, text);
    return { kind: 'rotated', keyId: to.id, vaults: outcome.vaults };
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    root(keyId) {
      if (current.kind === 'sealed' || keyId === undefined || keyId === current.key.id) return current;
      return next?.id === keyId ? { kind: 'open', key: next } : replacedMeanwhile;
    },
    async rotate(by) {
      // One after the other: each begins with the key of the one before.
      const mine = last.then(async () => await replace(by));
      last = mine.catch(() => undefined);
      return await mine;
    },
  };
}

const replacedMeanwhile = sealed(
  'another root key has taken the place of the one that this server has. Start Perdure again.',
);

const notOurs: Refusal = refuse(
  'conflict',
  'The root key is a credential of systemd, which Perdure cannot replace: give the new one under its name, the one of now under that name with `-before` behind it, and start Perdure again.',
);
