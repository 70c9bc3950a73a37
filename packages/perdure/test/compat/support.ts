/** Scripts of the original in this process. */

import { createTaskPlace, type Data, type TaskCliOptions, type TaskPlace } from '../tasks/task-cli.ts';
import type { Outcome } from '../harness.ts';

export interface CompatPlace extends TaskPlace {
  /** `perdure compat …` */
  compat(argv: readonly string[], given?: TaskCliOptions): Promise<Outcome>;
  /** What it prints, parsed. @throws where it fails */
  printed(argv: readonly string[], given?: TaskCliOptions): Promise<Data>;
}

export function createCompatPlace(): CompatPlace {
  const place = createTaskPlace();
  const compat = (argv: readonly string[], given?: TaskCliOptions) => place.perdure(['compat', ...argv], given);
  return Object.assign(place, {
    compat,
    async printed(argv: readonly string[], given?: TaskCliOptions) {
      const { code, stdout, stderr } = await compat(argv, given);
      if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
  });
}

/** Creates `ship` as a skill of the original does. */
export async function created(place: CompatPlace, ...flags: readonly string[]): Promise<Data> {
  return await place.printed(['task_ctl', 'create', 'ship', '--title', 'Ship it', '--goal', 'Released', ...flags]);
}
