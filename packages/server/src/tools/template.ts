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

  // What repeating a call would do. A crash may fall between a call and the record of its result, so say it truthfully:
  //   'pure'        nothing: it only reads. It is repeated freely.
  //   'idempotent'  nothing, as long as the other side knows the call by its key. It is repeated with the same key.
  //   'once'        harm. It is never repeated by itself: \`verify(input, call)\` says whether it took effect, else a person is asked.
  effect: 'idempotent',
  // confirm: true,  // a person approves each call, seeing its exact arguments

  async run(input, call) {
    const response = await fetch('http://127.0.0.1:8080/tickets', {
      method: 'POST',
      // The same key on every attempt of this call: the tracker makes one ticket, however often it is asked.
      headers: { 'content-type': 'application/json', 'idempotency-key': call.idempotencyKey },
      body: JSON.stringify(input),
      signal: call.signal,
    });
    // A failure that was to be expected is a value: the model reads it and goes on. Never put a secret into it.
    if (!response.ok) return { success: false, errorMessage: \`The tracker answered \${response.status}; try again later.\` };
    const { url } = (await response.json()) as { url: string };
    return { success: true, data: { url } };
  },
});
`;
}
