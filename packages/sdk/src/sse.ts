/**
 * Server-sent events of a response body (https://html.spec.whatwg.org/multipage/server-sent-events.html), as far as we
 * send them.
 */

/** A comment carries no data; an empty one stands for a chunk that has come, whatever it holds. */
export interface Comment {
  readonly comment: string;
}

export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

export async function* serverSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent | Comment, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    // A block without its blank line is incomplete, and is dropped if the stream ends there.
    rest = blocks.pop() ?? '';
    yield { comment: '' };
    for (const block of blocks) yield parseBlock(block);
  }
}

function parseBlock(block: string): ServerSentEvent | Comment {
  const fields = block.split(/\r?\n/).map((line) => {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    return { name, value };
  });
  const valueOf = (name: string) => fields.findLast((field) => field.name === name)?.value;
  const data = fields.filter((field) => field.name === 'data').map((field) => field.value);
  if (data.length === 0) return { comment: valueOf('') ?? '' };
  return { id: valueOf('id'), event: valueOf('event') ?? 'message', data: data.join('\n') };
}
