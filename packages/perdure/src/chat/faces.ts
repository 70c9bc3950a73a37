/** What a chat looks like: to a person at a terminal, through a pipe, or as NDJSON to a program. */

import type { Message } from '@perdure/contract';
import { printLine, say } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { paintFor } from '../text/paint.ts';
import { columnsOf } from '../text/width.ts';
import { emptyLine, type Line } from './line-editor.ts';
import type { LineState } from './line-to-hub.ts';
import type { News } from './room.ts';
import { bottomText, newsText, type ChatView } from './view.ts';

export interface Face {
  news(news: News): void;
  link(state: LineState): void;
  /** A line of ours. */
  note(text: string): void;
  /** How many are not acknowledged. */
  unsent(count: number): void;
  typed(line: Line): void;
  end(): void;
}

type Streams = Pick<Rim, 'stdout' | 'stderr' | 'env' | 'now'>;

export function jsonFace(rim: Streams): Face {
  return {
    news: (news) => printLine(rim, news),
    link: (state) => printLine(rim, state),
    note: (text) => say(rim, text),
    unsent: () => undefined,
    typed: () => undefined,
    end: () => undefined,
  };
}

export function plainFace(rim: Streams, selfId: string): Face {
  let wasAway = false;
  return {
    news: (news) => {
      const text = newsText(news, viewOf(rim, selfId));
      if (text !== undefined) rim.stdout.write(`${text}\n`);
    },
    link: ({ kind }) => {
      if (kind === 'away' && !wasAway) say(rim, 'The server is away; what you say is sent when it is back.');
      if (kind === 'connected' && wasAway) say(rim, 'The server is back.');
      wasAway = kind === 'away';
    },
    note: (text) => say(rim, text),
    unsent: () => undefined,
    typed: () => undefined,
    end: () => undefined,
  };
}

const eraseLine = '\r\u001b[2K';

/** `after`: calls back after so long. */
export function terminalFace(
  rim: Streams,
  { selfId, after }: { readonly selfId: string; readonly after: (ms: number, call: () => void) => () => void },
): Face {
  let line = emptyLine;
  let isAway = false;
  let unsent = 0;
  let stream: Message | undefined;
  const typing = new Map<string, () => void>();
  const bottom = (): string =>
    bottomText({ line, isAway, unsent, typing: [...typing.keys()], stream }, viewOf(rim, selfId));
  const redraw = (): void => void rim.stdout.write(eraseLine + bottom());
  const print = (text: string): void => void rim.stdout.write(`${eraseLine}${text}\n${bottom()}`);
  const stopTyping = (handle: string): void => {
    typing.get(handle)?.();
    typing.delete(handle);
  };
  const passing = (news: News): void => {
    if (news.kind === 'typing') {
      stopTyping(news.handle);
      const cancel = after(Math.max(0, Date.parse(news.expiresAt) - rim.now()), () => {
        typing.delete(news.handle);
        redraw();
      });
      typing.set(news.handle, cancel);
    }
    if (news.kind === 'message') stopTyping(news.message.metadata.senderHandle);
    if (news.kind === 'edited' && news.message.streaming) stream = news.message;
    else if ('message' in news && stream?.id === news.message.id) stream = undefined;
  };
  return {
    news: (news) => {
      passing(news);
      const text = newsText(news, viewOf(rim, selfId));
      if (text === undefined) redraw();
      else print(text);
    },
    link: ({ kind }) => {
      isAway = kind === 'away';
      redraw();
    },
    note: print,
    unsent: (count) => {
      unsent = count;
      redraw();
    },
    typed: (now) => {
      line = now;
      redraw();
    },
    end: () => {
      for (const handle of typing.keys()) stopTyping(handle);
      rim.stdout.write(eraseLine);
    },
  };
}

function viewOf(rim: Streams, selfId: string): ChatView {
  return {
    paint: paintFor(rim.env, rim.stdout),
    columns: columnsOf(rim.env, rim.stdout),
    selfId,
    now: rim.now(),
  };
}
