/** What agents handed over to whoever takes a task up next. It leaves the queue only once it was told. */

import type { ResumeItem, TaskStore } from '../core/ports.ts';

interface QueueDeps {
  readonly store: Pick<TaskStore, 'resumeQueue'>;
}

export async function handOversOf({ store }: QueueDeps, taskId: string): Promise<readonly ResumeItem[]> {
  return (await store.resumeQueue.list()).filter((item) => item.taskId === taskId);
}

/** For when the answer that tells them is out: what died on the way to it would lose them. */
export async function forgetHandOvers({ store }: QueueDeps, items: readonly ResumeItem[]): Promise<void> {
  await store.resumeQueue.remove(items.map(({ id }) => id));
}
