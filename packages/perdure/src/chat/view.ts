/** A chat as text. Whatever others have written is made harmless, and no line of it passes for one of ours. Pure. */

import type { Message } from '@perdure/contract';
import { attachmentText } from '../hub/view.ts';
import { clockText } from '../text/clock.ts';
import { printable } from '../text/format.ts';
import type { Paint } from '../text/paint.ts';
import { cutText, textWidth, wrapText } from '../text/width.ts';
import type { Line } from './line-editor.ts';
import type { News } from './room.ts';

export interface ChatView {
  readonly paint: Paint;
  readonly columns: number | undefined;
  readonly selfId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Lines for what is to stay on the screen; undefined: it is passing. */
export function newsText(news: News, view: ChatView): string | undefined {
  const { paint } = view;
  switch (news.kind) {
    case 'message':
      return messageText(news.message, view);
    case 'edited':
      return news.message.streaming ? undefined : messageText(news.message, view);
    case 'deleted': {
      const { seq, metadata } = news.message;
      return paint('dim', `Message ${seq} of ${printable(metadata.senderHandle)} was deleted.`);
    }
    case 'reaction': {
      const { handle, emoji, isRemoved, seq } = news;
      const [put, to] = isRemoved ? ['took back', 'from'] : ['put', 'to'];
      return paint('dim', `${handle} ${put} ${printable(emoji).replaceAll('\n', ' ')} ${to} message ${seq}.`);
    }
    case 'typing':
      return undefined;
    default:
      return news satisfies never;
  }
}

/** `09:30 scout: text`; what follows on further lines is set in, so that it cannot pass for somebody else's. */
export function messageText(message: Message, { paint, columns, selfId, now }: ChatView): string {
  const { metadata, senderId, createdAt, threadRootId, editedAt, content, deletedAt } = message;
  const marks = [...(threadRootId === undefined ? [] : ['reply']), ...(editedAt === undefined ? [] : ['edited'])];
  const time = clockText(Date.parse(createdAt), now).slice(0, -3);
  const handle = paint(senderId === selfId ? 'green' : 'cyan', printable(metadata.senderHandle));
  const head = `${paint('dim', time)} ${handle}${marks.map((mark) => paint('dim', ` (${mark})`)).join('')}: `;
  const isEmpty = content === '' && (metadata.attachments ?? []).length === 0;
  const missing = deletedAt === undefined ? '(its files were deleted)' : '(deleted)';
  const text = deletedAt === undefined && !isEmpty ? printable(content) : paint('dim', missing);
  const files = deletedAt === undefined ? (metadata.attachments ?? []).map(attachmentText) : [];
  const [first = '', ...rest] = [...(text === '' && files.length > 0 ? [] : text.split('\n')), ...files];
  if (columns === undefined) return [head + first, ...rest.map(setIn)].join('\n');
  const wrapped = wrapText(`${' '.repeat(textWidth(head))}${first}`, columns - 2);
  const more = rest.flatMap((line) => wrapText(line, columns - 2));
  const [begin = '', ...continued] = wrapped;
  return [head + begin.slice(textWidth(head)), ...continued.map(setIn), ...more.map(setIn)].join('\n');
}

const setIn = (line: string): string => `  ${line}`.trimEnd();

export interface BottomState {
  readonly line: Line;
  readonly isAway: boolean;
  /** How many are not acknowledged. */
  readonly unsent: number;
  /** Who is typing. */
  readonly typing: readonly string[];
  /** A message that is still being written. */
  readonly stream: Message | undefined;
}

/**
 * The last line of the screen, and after it the same up to where one types. It never wraps: a line that does could not
 * be taken back.
 */
export function bottomText(state: BottomState, { paint, columns = 80 }: Pick<ChatView, 'paint' | 'columns'>): string {
  const marks = [
    ...(state.isAway ? ['not connected'] : []),
    ...(state.unsent > 0 && state.isAway ? [`${state.unsent} to send`] : []),
  ];
  const prompt = marks.length === 0 ? '> ' : `[${marks.join(', ')}] > `;
  const room = Math.max(4, columns - 1 - prompt.length);
  const { before, after } = state.line;
  if (before.length + after.length === 0) {
    const hint = cutText(hintText(state, room), room);
    return hint === '' ? prompt : `${prompt}${paint('dim', hint)}\r${prompt}`;
  }
  const left = endOf(shown(before), after.length === 0 ? room : Math.max(2, room - 8));
  const right = cutText(shown(after), Math.max(1, room - textWidth(left)));
  return after.length === 0 ? prompt + left : `${prompt}${left}${right}\r${prompt}${left}`;
}

function hintText({ stream, typing }: BottomState, room: number): string {
  if (stream !== undefined) {
    const who = `${printable(stream.metadata.senderHandle)} … `;
    return who + endOf(printable(stream.content).replaceAll(/\s+/g, ' '), Math.max(1, room - textWidth(who)));
  }
  return typing.length === 0 ? '' : `${typing.join(', ')} ${typing.length === 1 ? 'is' : 'are'} typing …`;
}

const shown = (characters: readonly string[]): string => printable(characters.join('')).replaceAll(/[\t\n]/g, ' ');

/** As many of the last characters as fit. */
function endOf(text: string, columns: number): string {
  let end = '';
  for (const character of Array.from(text).toReversed()) {
    if (textWidth(character + end) > columns) break;
    end = character + end;
  }
  return end;
}
