/** An effect that must not be repeated, and that only a person can look up. */

import { defineTool } from 'perdure';
import { actAsTool, effectSchema, timingSchema } from '../effects-client.ts';

export default defineTool({
  id: 'send',
  description: 'Sends the letter; a letter cannot be called back, and nothing tells whether it was sent.',
  input: timingSchema,
  output: effectSchema,
  effect: 'once',
  async run(timing, call) {
    return { success: true, data: await actAsTool(call, { tool: 'send', kind: 'once', ...timing }) };
  },
});
