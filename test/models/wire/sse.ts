/** Event streams as text, one piece for each event. */

/** `data:` lines; a text is sent as it is, anything else as JSON. */
export function events(...data: readonly unknown[]): string[] {
  return data.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`);
}

/** With the name of the event before it, which is also the `type` of what it holds. */
export function namedEvents(
  ...data: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[]
): string[] {
  return data.map((one) => `event: ${one.type}\ndata: ${JSON.stringify(one)}\n\n`);
}

export const done = 'data: [DONE]\n\n';

/** In pieces of a few characters, as models speak. */
export function pieces(text: string, size = 7): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
}
