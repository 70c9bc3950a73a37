/** An effect that may be asked for again, since the other side knows it by its key. */

import { defineTool } from 'perdure';
import { actAsTool, effectSchema, timingSchema } from '../effects-client.ts';

export default defineTool({
  id: 'charge',
  description: 'Charges the customer; a charge with the same key is made once.',
  input: timingSchema,
  output: effectSchema,
  effect: 'idempotent',
  async run(timing, call) {
    return { success: true, data: await actAsTool(call, { tool: 'charge', kind: 'idempotent', ...timing }) };
  },
});
