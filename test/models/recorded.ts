/** The streams of the table, and where each of them has said all: found without the product's reader. */

import type { Api } from './shape.ts';
import { shapes } from './shapes/index.ts';

export interface Recorded {
  readonly name: string;
  readonly api: Api;
  readonly bytes: Uint8Array;
  /** First byte of the event that ends the answer, and the one behind it; absent where none is plain to see. */
  readonly finish: { readonly begin: number; readonly end: number } | undefined;
}

/** All answers of status 200, once each. */
export const recorded: readonly Recorded[] = [
  ...new Map(
    shapes.flatMap(({ id, api, answers }) =>
      answers
        .filter(({ status = 200, body }) => status === 200 && body.length > 0)
        .map(({ body }, at): readonly [string, Recorded] => {
          const bytes = Buffer.concat(body.map((piece) => Buffer.from(piece as string)));
          return [
            bytes.toString('latin1'),
            { name: `${id}, answer ${at + 1}`, api, bytes, finish: finishOf(bytes, api) },
          ];
        }),
    ),
  ).values(),
];

/** Plain streams of events alone: lines of `data:` with empty lines between. */
export function isPlain({ bytes }: Recorded): boolean {
  const text = Buffer.from(bytes).toString('utf8');
  return (
    !text.includes('\r') && !text.startsWith('\uFEFF') && /^(?:(?:event: \w[\w.]*\n)?data:[^\n]*\n\n)+$/.test(text)
  );
}

function finishOf(bytes: Buffer, api: Api): Recorded['finish'] {
  let begin = 0;
  while (begin < bytes.length) {
    const gap = bytes.indexOf('\n\n', begin);
    const end = gap < 0 ? bytes.length : gap + 2;
    if (isFinish(bytes.subarray(begin, end).toString('utf8'), api)) return { begin, end };
    begin = end;
  }
  return undefined;
}

function isFinish(event: string, api: Api): boolean {
  const data = event
    .replaceAll(/^(?!data:).*\n/gm, '')
    .replaceAll(/^data:/gm, '')
    .trim();
  if (/^\[done\]$/i.test(data)) return true;
  const given = parsed(data) as Readonly<Record<string, never>> | undefined;
  if (api === 'chat') {
    const reason: unknown = (given?.['choices'] as { readonly finish_reason?: unknown }[] | undefined)?.[0]
      ?.finish_reason;
    return typeof reason === 'string' && reason !== '';
  }
  const type = String(given?.['type'] ?? /^event: (\S+)/m.exec(event)?.[1]);
  if (api === 'responses') return /^response\.(completed|incomplete|failed)$/.test(type);
  const delta = given?.['delta'] as { readonly stop_reason?: unknown } | undefined;
  return type === 'message_stop' || (type === 'message_delta' && typeof delta?.stop_reason === 'string');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
