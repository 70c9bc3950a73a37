/** Its home away, when the archive was read once more (M4). One that we did not make is left. */

import { PerdureError } from '@perdure/contract';
import { entriesOf, removeHome, stateOfHome } from '../../home/index.ts';
import type { Step } from '../ports.ts';

export const clear: Step = {
  async do({ deps, gateway, note }) {
    const { home, handle, archive } = gateway;
    const state = stateOfHome(gateway);
    if (state === 'strange') {
      await note({ problem: `${home} was not made by us, and is left as it is.` });
      return `${home} was not made by us: it is left as it is`;
    }
    if (state === 'ours') {
      if (archive === undefined) {
        throw new PerdureError(
          'conflict',
          `There is no archive of ${home}, so it is not removed; deprovision ${handle} again.`,
        );
      }
      await entriesOf(archive);
    }
    const program = deps.program(gateway.program);
    await program.endCommands(home);
    await removeHome(gateway);
    // None begins where there is no home; one that was faster than this would make a new one.
    await program.endCommands(home);
    return `${home} is gone`;
  },
};
