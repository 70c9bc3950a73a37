/** No effect at all. */

import { defineTool, z } from 'perdure';
import { countEffects } from '../effects-client.ts';

export default defineTool({
  id: 'look',
  description: 'Tells how many effects there have been.',
  input: z.object({}),
  output: z.object({ effects: z.int() }),
  effect: 'pure',
  async run(_input, { signal }) {
    return { success: true, data: { effects: await countEffects(signal) } };
  },
});
