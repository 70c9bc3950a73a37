/** Secrets in the notes of a task: in a vault of its own, for two, as long as it is open. */

import { describe, expect, it } from 'vitest';
import { codeOf, taken } from '../../conformance/world.ts';
import { openTaskWorld, type OpenTaskStore, type TaskWorld } from './world.ts';

const secret = 'sk_sesame_kY3mQ0v8Zt5Wb1Nc7Rd2Xf9Hj4Lp6Sg';
const whole = JSON.stringify({ handle: 'scout', sesameApiKey: secret, llmApiKey: null });

const referenceIn = (taskId: string, field = 'sesameApiKey') => `vault:task-${taskId}/notes/${field}`;

/** What was done in the vault of a task, oldest first. */
async function doneIn({ vaults }: TaskWorld, vaultId: string | undefined): Promise<readonly string[]> {
  const { data } = await vaults.audit(vaultId ?? '', { limit: 100 });
  return data.toReversed().map(({ action }) => action);
}

export function notesKeepSecrets(open: OpenTaskStore): void {
  describe('secrets in notes', () => {
    it('V1, V2: are given to who made the task and who has it to do, by a lease that is written down', async () => {
      const world = await openTaskWorld(open);
      const { tasks, owner, ada, agent, create, notes } = world;
      const { task } = await create({ notes: whole });
      expect(task.notes).toBe(whole.replace(secret, referenceIn(task.id)));
      expect([await notes(ada, task.id), await notes(agent, task.id)]).toEqual([whole, whole]);
      expect(await notes(owner, task.id)).toBe(task.notes);
      for (const by of [owner, ada, agent]) {
        const { data } = await tasks.list(by, { limit: 9, isAll: by.isOwner });
        expect(data.map((stored) => stored.task.notes)).toEqual([task.notes]);
        expect(taken(await tasks.read(by, { taskId: task.id, leaseId: undefined, now: 5 })).given).toBeUndefined();
      }
      // The lease of each is used again.
      await notes(agent, task.id, 6);
      const lease = ['lease.requested', 'lease.approved', 'lease.used'];
      const made = ['vault.created', 'item.created', 'member.added'];
      expect(await doneIn(world, task.vaultId)).toEqual([...made, ...lease, ...lease, 'lease.used']);
    });

    it('are gone with their vault when the task is done or cancelled, and do not come back with it', async () => {
      for (const status of ['done', 'cancelled'] as const) {
        const world = await openTaskWorld(open);
        const { vaults, ada, agent, create, change, notes } = world;
        const { task } = await create({ notes: whole });
        taken(await change(agent, task.id, { status }));
        expect(await vaults.get(ada, task.vaultId ?? '')).toBeUndefined();
        taken(await change(agent, task.id, { status: status === 'done' ? 'in_progress' : 'todo' }));
        expect(await notes(agent, task.id)).toBe(task.notes);
        expect((await doneIn(world, task.vaultId)).at(-1)).toBe('vault.deleted');
        // What is put in again is kept again.
        const again = taken(await change(ada, task.id, { notes: whole }));
        expect(await notes(agent, task.id)).toBe(whole);
        expect(again.stored.task.vaultId).not.toBe(task.vaultId);
      }
    });

    it('go from who had the task to do to who has it now, and not with a reference somebody else writes', async () => {
      const { owner, ada, agent, other, create, change, notes } = await openTaskWorld(open);
      const { task } = await create({ notes: whole });
      await notes(agent, task.id);
      taken(await change(ada, task.id, { assigneeId: other.id }));
      expect(await notes(other, task.id)).toBe(whole);
      await expect(notes(agent, task.id)).rejects.toThrow('You have no task');
      const { task: stolen } = await create({ notes: `see ${referenceIn(task.id)}`, assigneeId: agent.id }, agent);
      expect(await notes(agent, stolen.id)).toBe(`see ${referenceIn(task.id)}`);
      taken(await change(owner, task.id, { assigneeId: owner.id }));
      expect(await notes(owner, task.id)).toBe(whole);
    });

    it('stay what they were where notes are written anew with their references, and are taken out where not', async () => {
      const world = await openTaskWorld(open);
      const { owner, ada, agent, create, change, notes } = world;
      const { task } = await create({ notes: `{"token":"one-secret","password":"two-secret"}` });
      const token = referenceIn(task.id, 'token');
      const more = `{"token":"${token}","pin":4711,"b":{"token":"three-secret"}}`;
      const changed = taken(await change(owner, task.id, { notes: more })).stored.task;
      expect(changed.notes).not.toMatch(/4711|three/);
      expect(await notes(agent, task.id)).toBe('{"token":"one-secret","pin":4711,"b":{"token":"three-secret"}}');
      expect(codeOf(await change(ada, task.id, { notes: changed.notes }))).toBe('same');
      taken(await change(ada, task.id, { notes: 'nothing secret' }));
      expect((await doneIn(world, task.vaultId)).slice(-1)).toEqual(['vault.deleted']);
      expect(await notes(agent, task.id)).toBe('nothing secret');
    });

    it('are refused while the vaults are sealed, where notes without any are taken, and tasks are closed', async () => {
      const { tasks, ada, agent, asked, create, change, notes, loseKey } = await openTaskWorld(open);
      const { task } = await create({ notes: whole });
      loseKey();
      expect(codeOf(await tasks.create(ada, asked({ notes: whole })))).toBe('vault_sealed');
      expect(codeOf(await change(ada, task.id, { notes: `{"token":"another","t":1}` }))).toBe('vault_sealed');
      expect((await tasks.list(ada, { limit: 9, isAll: false })).data).toHaveLength(1);
      expect(await notes(agent, task.id)).toBe(task.notes);
      await create({ notes: '{"handle":"scout"}' });
      taken(await change(agent, task.id, { status: 'done' }));
    });

    it('are given no more where somebody took them out of the vault, or the reader', async () => {
      const { vaults, ada, agent, create, change, notes } = await openTaskWorld(open);
      const { task } = await create({ notes: whole });
      const vaultId = task.vaultId ?? '';
      taken(await vaults.removeMember(ada, { vaultId, principalId: agent.id, now: 5 }));
      expect([await notes(agent, task.id), await notes(ada, task.id)]).toEqual([task.notes, whole]);
      taken(await vaults.remove(ada, { vaultId, now: 6 }));
      expect(await notes(ada, task.id)).toBe(task.notes);
      taken(await change(agent, task.id, { status: 'done' }));
    });
  });
}
