/** What `perdure tools new` writes: a tool that passes the check, runs as it is, and teaches what an effect is. */

import { namePattern, PerdureError } from '@perdure/contract';

/** The text of `tools/<id>.ts`. */
export function toolTemplate(id: string): string {
  if (!namePattern.test(id)) {
    throw new PerdureError(
      'invalid_input',
      'A tool cannot have this name; use lower-case letters, digits and dashes, at most 63.',
    );
  }
  return `import { defineTool, z } from 'perdure';

export default defineTool({
  id: '${id}',
  // The model sees this, the input and the output, and nothing else: say what the tool does, when to use it, and its limits.
  description: 'Creates a ticket in the tracker. Use it once per problem, after you have searched for an existing ticket.',
  input: z.object({
    title: z.string().min(1).max(200).describe('One line that says what is wrong.'),
    body: z.string().describe('What happened, what was expected, how to see it again.'),
  }),
  output: z.object({ url: z.string() }),

  // A crash may fall between a call and the record of its result. What would it do to call it again?
  //   'pure'        nothing, it only reads: it is called again.
  //   'idempotent'  nothing, the other side knows the key and acts once: it is called again, with the same key.
  //   'once'        harm, such as a second ticket, mail or payment: \`verify\`, or else a person, says whether it took effect.
  // In doubt it is 'once'. That the other side acts once is its promise, not yours: look whether it makes it.
  effect: 'once',
  // confirm: true,  // a person approves each call, seeing its exact arguments

  async run(input, call) {
    const response = await fetch('http://127.0.0.1:8080/tickets', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Left in the ticket, so that \`verify\` can find what this call did. It is the same on every attempt.
      body: JSON.stringify({ ...input, reference: call.idempotencyKey }),
      signal: call.signal,
    });
    // A throw means that nobody knows whether it took effect.
    if (response.status >= 500) throw new Error(\`The tracker answered \${response.status}.\`);
    // What certainly had no effect is a value: the model reads it and goes on. Never put a secret into it.
    if (!response.ok) return { success: false, errorMessage: \`The tracker refused this with \${response.status}.\` };
    const { url } = (await response.json()) as { url: string };
    return { success: true, data: { url } };
  },

  // Only for 'once': looks at the world for what the call would have left. Without it a person is asked.
  async verify(_input, call) {
    const reference = encodeURIComponent(call.idempotencyKey);
    const response = await fetch(\`http://127.0.0.1:8080/tickets?reference=\${reference}\`, { signal: call.signal });
    const [ticket] = (await response.json()) as { url: string }[];
    // 'not_done' would call it again: say it only where nothing sent earlier can still arrive.
    return ticket === undefined ? { outcome: 'unknown' } : { outcome: 'done', data: { url: ticket.url } };
  },
});
`;
}
