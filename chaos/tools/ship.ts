/** An effect that must not be repeated, and that can be looked up. */

import { defineTool } from 'perdure';
import { actAsTool, effectSchema, effectsUrl, inquire, timingSchema } from '../effects-client.ts';

export default defineTool({
  id: 'ship',
  description: 'Ships the parcel; the carrier can say whether a parcel was handed in.',
  input: timingSchema,
  output: effectSchema,
  effect: 'once',
  async run(timing, call) {
    return { success: true, data: await actAsTool(call, { tool: 'ship', kind: 'once', ...timing }) };
  },
  async verify(_timing, { idempotencyKey, signal }) {
    const effect = await inquire(effectsUrl(), idempotencyKey, { asker: 'verify', signal });
    return effect === undefined ? { outcome: 'not_done' } : { outcome: 'done', data: effect };
  },
});
