/** What the fleet does in the hub: by its rules, in the name of the owner, and once however often it is asked to. */

import type { HubActivity, VaultAudit, VaultMember } from '@perdure/contract';
import { describe, expect, test } from 'vitest';
import { createFleetWorld } from './fleet-world.ts';

describe('the key of a gateway', () => {
  test('is the only one that opens anything, and a repetition leaves one again', async () => {
    const { fleet, make, status } = await createFleetWorld();
    const scout = await make('scout');
    expect(await status(scout.key)).toBe(200);
    const first = await fleet.issueKey(scout.principalId);
    expect([await status(scout.key), await status(first.key)]).toEqual([401, 200]);
    const second = await fleet.issueKey(scout.principalId);
    expect([await status(first.key), await status(second.key)]).toEqual([401, 200]);
    await fleet.revokeKeys(scout.principalId);
    await fleet.revokeKeys(scout.principalId);
    expect(await status(second.key)).toBe(401);
  });

  test("is known as its own as long as it opens something, and as nobody else's", async () => {
    const { fleet, make } = await createFleetWorld();
    const [scout, ranger] = [await make('scout'), await make('ranger')];
    const first = await fleet.issueKey(scout.principalId);
    expect(await fleet.opensWith(scout.principalId, first.key)).toBe(true);
    expect(await fleet.opensWith(ranger.principalId, first.key)).toBe(false);
    await fleet.issueKey(scout.principalId);
    expect(await fleet.opensWith(scout.principalId, first.key)).toBe(false);
    expect(await fleet.opensWith(scout.principalId, 'no key at all')).toBe(false);
  });

  test('closes the sockets of those before it', async () => {
    const { fleet, make, told } = await createFleetWorld();
    const scout = await make('scout');
    told.length = 0;
    await fleet.issueKey(scout.principalId);
    expect(told.map(({ kind }) => kind)).toEqual(['key-revoked']);
  });
});

describe('the vault of a member', () => {
  test('is made once, the agent is its owner, and nobody who makes one of that name before gets what lies in it', async () => {
    const { fleet, make, vaults, other, asOwner } = await createFleetWorld();
    const trap = await other.json('POST', '/api/v1/vault/vaults', { json: { name: 'scout-main' } });
    const scout = await make('scout');
    const vaultId = await fleet.ensureVault(scout.principalId);
    expect(await fleet.ensureVault(scout.principalId)).toBe(vaultId);
    expect((trap.body.data as { id: string }).id).not.toBe(vaultId);
    expect((await vaults()).filter(({ name }) => name === 'scout-main')).toHaveLength(2);
    const members = (await asOwner('GET', `/api/v1/vault/vaults/${vaultId}/members`)).body.data as VaultMember[];
    expect(members.map(({ handle, role }) => [handle, role])).toEqual([
      ['owner', 'owner'],
      ['scout', 'owner'],
    ]);
  });

  test('is kept for the owner alone when it is put away, and its leases are over', async () => {
    const { fleet, make, harness, asOwner } = await createFleetWorld();
    const scout = await make('scout');
    const vaultId = await fleet.ensureVault(scout.principalId);
    const item = await asOwner('POST', `/api/v1/vault/vaults/${vaultId}/items`, {
      json: { name: 'github', fields: [{ key: 'token', value: 'hunter2' }] },
    });
    const { id: itemId } = item.body.data as { id: string };
    const asScout = { headers: { authorization: `Bearer ${scout.key}` } };
    const asked = { json: { itemId, reason: 'to push' } };
    const lease = await harness.json('POST', '/api/v1/vault/leases', { ...asked, ...asScout });
    const use = `/api/v1/vault/leases/${(lease.body.data as { id: string }).id}/use`;
    const own = await asOwner('POST', '/api/v1/vault/leases', asked);
    const ownUse = `/api/v1/vault/leases/${(own.body.data as { id: string }).id}/use`;
    expect((await harness.request('POST', use, asScout)).status).toBe(200);
    await fleet.archiveVault(vaultId);
    await fleet.archiveVault(vaultId);
    expect((await harness.request('POST', use, asScout)).status).not.toBe(200);
    expect((await asOwner('POST', ownUse)).status).toBe(409);
    const members = (await asOwner('GET', `/api/v1/vault/vaults/${vaultId}/members`)).body.data as VaultMember[];
    expect(members.map(({ handle }) => handle)).toEqual(['owner']);
    expect(await fleet.ensureVault(scout.principalId)).toBe(vaultId);
  });

  test('is gone when it is put away with nothing in it, however often', async () => {
    const { fleet, make, vaults } = await createFleetWorld();
    const scout = await make('scout');
    const vaultId = await fleet.ensureVault(scout.principalId);
    await fleet.archiveVault(vaultId);
    await fleet.archiveVault(vaultId);
    expect((await vaults()).map(({ id }) => id)).not.toContain(vaultId);
  });
});

describe('a secret for a gateway', () => {
  test('is read by its reference, with the reason in the audit, and what cannot be read is told without a value', async () => {
    const { fleet, asOwner } = await createFleetWorld();
    const made = await asOwner('POST', '/api/v1/vault/vaults', { json: { name: 'Main' } });
    const { id: vaultId } = made.body.data as { id: string };
    await asOwner('POST', `/api/v1/vault/vaults/${vaultId}/items`, {
      json: { name: 'anthropic', fields: [{ key: 'key', value: 'sk-secret' }] },
    });
    expect(await fleet.secret('main/anthropic/key', 'gateway of scout')).toBe('sk-secret');
    expect(await fleet.secret('main/anthropic', 'gateway of scout')).toBe('sk-secret');
    const audit = (await asOwner('GET', `/api/v1/vault/vaults/${vaultId}/audit`)).body.data as VaultAudit[];
    expect(audit.filter(({ action }) => action === 'lease.used')).toHaveLength(2);
    expect(audit.filter(({ action }) => action === 'lease.revoked')).toHaveLength(2);
    for (const wrong of ['main/openai/key', 'none/anthropic/key', 'main/anthropic/token', '']) {
      await expect(fleet.secret(wrong, 'gateway of scout')).rejects.toMatchObject({ code: 'conflict' });
    }
  });

  test('is not chosen for the owner by who makes another vault of the same name and takes them in', async () => {
    const { fleet, asOwner, other, owner } = await createFleetWorld();
    for (const [by, value] of [
      [asOwner, 'right'],
      [other.json, 'wrong'],
    ] as const) {
      const made = await by('POST', '/api/v1/vault/vaults', { json: { name: 'main' } });
      const { id } = made.body.data as { id: string };
      await by('POST', `/api/v1/vault/vaults/${id}/members`, { json: { principalId: owner.id, role: 'owner' } });
      const fields = [{ key: 'key', value }];
      await by('POST', `/api/v1/vault/vaults/${id}/items`, { json: { name: 'anthropic', fields } });
    }
    await expect(fleet.secret('main/anthropic/key', 'gateway of scout')).rejects.toThrow(/which 2 are called/);
  });
});

describe('what is said of a member', () => {
  test('is said once for each id, in its onboarding channel', async () => {
    const { fleet, make, messages } = await createFleetWorld();
    const scout = await make('scout');
    const said = { id: 'run-1:welcome', text: 'scout is online.', intent: 'chat' } as const;
    await fleet.tell(scout.principalId, said);
    await fleet.tell(scout.principalId, said);
    await fleet.tell(scout.principalId, { ...said, id: 'run-2:welcome' });
    const found = await messages(scout.onboardingChannelId);
    expect(found.map(({ content, intent }) => [content, intent])).toEqual([
      ['scout is online.', 'chat'],
      ['scout is online.', 'chat'],
    ]);
  });

  test('has an end, also where a gateway has no end of words', async () => {
    const { fleet, make, messages, taskOf, asOwner } = await createFleetWorld();
    const scout = await make('scout');
    await fleet.tell(scout.principalId, { id: 'long', text: '🦊'.repeat(300_000), intent: 'error' });
    const [said] = await messages(scout.onboardingChannelId);
    const taskId = (await taskOf('Provision agent: scout'))?.id ?? '';
    await fleet.activity(taskId, { id: 'long', type: 'blocker', message: 'x'.repeat(300_000) });
    const told = (await asOwner('GET', `/api/v1/tasks/${taskId}/activity`)).body.data as HubActivity[];
    for (const text of [said?.content ?? '', told.at(-1)?.message ?? '']) {
      expect(text).toMatch(/characters in all/);
      expect(text.length).toBeLessThanOrEqual(10_000);
      expect(text.isWellFormed()).toBe(true);
    }
  });

  test('stands once on its task, which is closed once', async () => {
    const { fleet, make, taskOf, asOwner, told } = await createFleetWorld();
    await make('scout');
    const task = await taskOf('Provision agent: scout');
    const taskId = task?.id ?? '';
    const said = { id: 'run-1:done', type: 'progress', message: 'scout is online.' } as const;
    await fleet.activity(taskId, said);
    told.length = 0;
    await fleet.activity(taskId, said);
    expect(told).toEqual([]);
    await fleet.closeTask(taskId);
    await fleet.closeTask(taskId);
    const activity = (await asOwner('GET', `/api/v1/tasks/${taskId}/activity`)).body.data as HubActivity[];
    expect(activity.filter(({ type }) => type === 'progress')).toHaveLength(1);
    expect((await taskOf('Provision agent: scout'))?.status).toBe('done');
  });

  test('is its status and where it lives, and out of deprovisioned only the fleet leads, back to a member with keys of its own', async () => {
    const { fleet, make, asOwner, members, status } = await createFleetWorld();
    const scout = await make('scout');
    await fleet.setStatus(scout.principalId, 'online', { port: 18_910, home: '/home/a/.openclaw-scout' });
    const shown = await asOwner('GET', `${members}/${scout.principalId}`);
    expect(shown.body.data).toMatchObject({
      status: 'online',
      gatewayPort: 18_910,
      ocHomeDir: '/home/a/.openclaw-scout',
    });
    await fleet.setStatus(scout.principalId, 'deprovisioned');
    await fleet.setStatus(scout.principalId, 'deprovisioned');
    expect(await status(scout.key)).toBe(401);
    await expect(fleet.setStatus(scout.principalId, 'online')).rejects.toMatchObject({ code: 'conflict' });
    const asked = { json: { status: 'provisioning', isRestored: true } };
    expect((await asOwner('PATCH', `${members}/${scout.principalId}`, asked)).body.code).not.toBeUndefined();
    await expect(fleet.issueKey(scout.principalId)).rejects.toMatchObject({ code: 'conflict' });
    await fleet.welcomeBack(scout.principalId);
    const { key } = await fleet.issueKey(scout.principalId);
    expect([await status(scout.key), await status(key)]).toEqual([401, 200]);
    await fleet.setStatus(scout.principalId, 'online');
    await fleet.welcomeBack(scout.principalId);
    expect((await asOwner('GET', `${members}/${scout.principalId}`)).body.data).toMatchObject({ status: 'online' });
  });

  test('is what its files are made of', async () => {
    const { fleet, make, owner, family, lead } = await createFleetWorld();
    await make('sam', { displayName: 'Sam' });
    const scout = await make('scout', { displayName: 'Scout', personalitySeed: 'dry "wit"' });
    expect(await fleet.facts(scout.principalId)).toEqual({
      familyId: family.id,
      handle: 'scout',
      displayName: 'Scout',
      principalId: scout.principalId,
      workspaceId: owner.workspaceId,
      family: { name: 'Main', lead: lead.principal.displayName, siblings: ['Sam (sam)'] },
      human: { name: owner.displayName, handle: owner.handle, principalId: owner.id },
      channels: { dm: scout.dmChannelId, onboarding: scout.onboardingChannelId },
      personality: 'dry "wit"',
      shared: { resources: '- wiki: http://wiki', conventions: 'Be kind.' },
    });
    await expect(fleet.facts('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });
});
