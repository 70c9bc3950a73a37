/** Server-sent events of a response body (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as we send them. */

export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** Yields undefined for a comment or any other sign of life without data. */
export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent | undefined, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    // A block without its blank line is incomplete, and is dropped if the stream ends there.
    rest = blocks.pop() ?? '';
    yield undefined;
    for (const block of blocks) yield parseBlock(block);
  }
}

function parseBlock(block: string): ServerSentEvent | undefined {
  const fields = block.split(/\r?\n/).map((line) => {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    return { name, value };
  });
  const valueOf = (name: string) => fields.findLast((field) => field.name === name)?.value;
  const data = fields.filter((field) => field.name === 'data').map((field) => field.value);
  if (data.length === 0) return undefined;
  return { id: valueOf('id'), event: valueOf('event') ?? 'message', data: data.join('\n') };
}
