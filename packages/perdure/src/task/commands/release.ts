/** `perdure task release`: lets go of the lease, so that the next can begin at once. */

import type { Rim } from '../../cli/rim.ts';
import { openDesk, write } from '../desk.ts';
import type { WriteOptions } from '../options.ts';
import { answer } from '../output.ts';

export async function releaseTask(rim: Rim, id: string, options: WriteOptions): Promise<number> {
  using desk = await openDesk(rim, options);
  const { events, task } = await write(rim, desk, { id, command: { type: 'release_lease' }, options });
  const released = events.some(({ type }) => type === 'lease_released');
  answer(rim, options, { task_id: id, released, revision: task.revision }, () =>
    released ? `Released; go on at any time with: perdure task continue ${id}` : 'There was no lease of yours.',
  );
  return 0;
}

/** How whoever got a lease goes on with it. */
export function leaseLines(token: string): readonly string[] {
  return ['It is yours; say so in every write:', `  export PERDURE_LEASE=${token}`];
}
