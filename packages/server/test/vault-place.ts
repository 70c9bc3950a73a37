/** A state root with vaults in it, opened as the server opens it, as often as a test wants. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGroupCommit, openDatabase } from '@perdure/db';
import { homePaths } from '@perdure/home';
import { createHubStore, createRootStore, createVaultStore } from '@perdure/hub/store';
import { onTestFinished } from 'vitest';
import { keepRoot } from '../src/root-keeper.ts';
import { openVaultRoot, type OpenedRoot } from '../src/vault-root.ts';
import { temporaryFolder } from './http/harness.ts';

const newId = () => randomBytes(8).toString('hex');

export async function openVaultPlace() {
  const paths = homePaths(await temporaryFolder());
  mkdirSync(paths.run, { mode: 0o700 });
  const database = await openDatabase({ path: paths.database });
  onTestFinished(() => database.close());
  const group = createGroupCommit(database);
  const roots = createRootStore(database, group);
  const owner = await createHubStore(database, group).principals.ensureOwner({ id: 'o', workspaceId: 'w', now: 1 });
  const start = async (env: NodeJS.ProcessEnv = {}): Promise<OpenedRoot> =>
    await openVaultRoot({ paths, roots, env, random: randomBytes, now: 1 });
  /** What a server has that was started with it. */
  const serve = (root: OpenedRoot) => {
    const kept = keepRoot(root, { paths, roots, random: randomBytes, clock: () => 2 });
    const vaults = createVaultStore(database, { group, root: kept.root, random: randomBytes });
    return { kept, vaults };
  };
  const makeVault = async (root: OpenedRoot) =>
    (await serve(root).vaults.create(owner, { id: newId(), name: 'v', description: '', now: 1 })).kind;
  const credentials = (files: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
    const folder = join(paths.root, `credentials-${newId()}`);
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return { CREDENTIALS_DIRECTORY: folder };
  };
  return { paths, database, roots, owner, start, serve, newId, makeVault, credentials };
}

export type VaultPlace = Awaited<ReturnType<typeof openVaultPlace>>;

/** A place with an item in it, and a look at its value by a server that is started for it. */
export async function openFilledPlace() {
  const place = await openVaultPlace();
  const { owner, start, serve, newId } = place;
  const server = serve(await start());
  const vaultId = newId();
  await server.vaults.create(owner, { id: vaultId, name: 'main', description: '', now: 1 });
  const fields = [{ key: 'token', type: 'secret', value: 'hunter2' }] as const;
  const made = { id: newId(), vaultId, name: 'GitHub', type: 'login', needsApproval: false, isDrop: false, now: 1 };
  await server.vaults.putItem(owner, { ...made, fields });
  const readOf = async ({ vaults }: Pick<typeof server, 'vaults'>): Promise<string> => {
    const asked = { id: newId(), itemId: made.id, reason: 'a test', ttlMs: 1_000, now: 2 };
    const lease = await vaults.requestLease(owner, asked);
    if (lease.kind === 'refused') return lease.code;
    const opened = await vaults.useLease(owner, { leaseId: asked.id, now: 2 });
    return opened.kind === 'refused' ? opened.code : (opened.fields['token'] ?? '');
  };
  /** After a start; why they are sealed, where they are. */
  const readAnew = async (env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const root = await start(env);
    return root.kind === 'sealed' ? root.reason : await readOf(serve(root));
  };
  return { ...place, server, vaultId, readOf, readAnew };
}
