/**
 * `perdure chat`: what was said, what is said, and what one says oneself, until one has had enough. It stays over the
 * death of the server: what came meanwhile is brought by cursor, and what was typed meanwhile is sent when it is back.
 */

import { randomUUID } from 'node:crypto';
import type { PerdureError, Principal, ServerFrame } from '@perdure/contract';
import type { Client } from '@perdure/sdk';
import { interruptOf } from '../cli/interrupt.ts';
import type { SpeakerOptions } from '../cli/options.ts';
import { printLine, warn } from '../cli/output.ts';
import type { Rim } from '../cli/rim.ts';
import { connectToHub, linkToHub } from '../client/connect.ts';
import { printable } from '../text/format.ts';
import { enter, type Entered } from './enter.ts';
import { jsonFace, plainFace, terminalFace, type Face } from './faces.ts';
import { keysOf, linesOf, type Said } from './input.ts';
import { LineToHub, type LineState } from './line-to-hub.ts';
import { Outbox } from './outbox.ts';
import { ReadMark } from './read-mark.ts';
import { Room } from './room.ts';
import { openSocket } from './socket.ts';

export interface ChatOptions extends SpeakerOptions {
  readonly history?: number;
}

const usualHistory = 20;
/** Looked at again after an absence: what of it was edited meanwhile. */
const lookedAtAgain = 50;
/** Frames that say that somebody types; a person presses keys faster. */
const typingEveryMs = 3_000;
/** One's own message comes back by the socket when it is acknowledged already, and the socket may open yet. */
const ownWithinMs = 5_000;
const interruptedExitCode = 130;

export async function chat(rim: Rim, given: string, options: ChatOptions): Promise<number> {
  const isTerminal = options.json !== true && rim.stdin.isTTY === true && rim.stdout.isTTY === true;
  const limit = options.history ?? (rim.stdin.isTTY === true ? usualHistory : 0);
  const entered = await enterUnlessStopped(rim, given, { options, limit });
  if (entered === undefined) return interruptedExitCode;
  const { self, channel, handles, history } = entered;
  const room = new Room({ channelId: channel.id, cursor: history.at(-1)?.seq ?? channel.lastSeq, handles });
  const face = faceOf(rim, options, { self, isTerminal });
  if (isTerminal) face.note(`You are ${self.handle}, in ${printable(channel.name)}. /quit or Ctrl-D ends it.`);
  for (const message of history) {
    room.remember(message);
    face.news({ kind: 'message', message });
  }
  const talk = new Talk(rim, options, { room, face, channelId: channel.id, self });
  return await talk.until(isTerminal ? keysOf(rim) : linesOf(rim), { isTerminal });
}

/** Undefined: stopped while it waited. */
async function enterUnlessStopped(
  rim: Rim,
  given: string,
  { options, limit }: { readonly options: ChatOptions; readonly limit: number },
): Promise<Entered | undefined> {
  using interrupt = interruptOf(rim);
  const { signal } = interrupt;
  const away = ({ message }: PerdureError, againInMs: number): void => {
    if (options.json === true) printLine(rim, { kind: 'away', againInMs } satisfies LineState);
    warn(rim, options, `${message} It is waited for; Ctrl-C ends that.`);
  };
  try {
    return await enter(rim, { given, options, limit }, { signal, away });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

function faceOf(
  rim: Rim,
  { json }: ChatOptions,
  { self, isTerminal }: { readonly self: Principal; readonly isTerminal: boolean },
): Face {
  if (json === true) return jsonFace(rim);
  return isTerminal ? terminalFace(rim, { selfId: self.id, after }) : plainFace(rim, self.id);
}

interface TalkParts {
  readonly room: Room;
  readonly face: Face;
  readonly channelId: string;
  readonly self: Principal;
}

/** Joins what comes, what goes and what is shown. */
class Talk {
  readonly #rim: Rim;
  readonly #parts: TalkParts;
  readonly #line: LineToHub;
  readonly #outbox: Outbox;
  readonly #read: ReadMark;
  readonly #client: () => Client;
  readonly #over = Promise.withResolvers<never>();
  #exitCode = 0;
  #typedAt = 0;
  #lastSent = 0;
  #onCursor: () => void = () => undefined;

  constructor(rim: Rim, options: ChatOptions, parts: TalkParts) {
    const { room, face, channelId } = parts;
    this.#rim = rim;
    this.#parts = parts;
    // Whoever starts it again may do so on another port.
    this.#client = () => connectToHub(rim, options);
    this.#over.promise.catch(() => undefined);
    this.#read = new ReadMark(async (seq) => {
      await this.#client().markRead({ params: { channelId }, body: { seq } });
    });
    this.#outbox = new Outbox({
      send: async (content, clientGeneratedId) => {
        const body = { content, clientGeneratedId };
        return (await this.#client().sendMessage({ params: { channelId }, body })).data;
      },
      newId: randomUUID,
      sent: ({ seq }) => (this.#lastSent = seq),
      refused: (content, error) => this.#refused(content, error),
      after,
      changed: () => face.unsent(this.#outbox.size),
    });
    this.#line = new LineToHub({
      link: () => linkToHub(rim, options),
      open: openSocket,
      cursors: () => room.cursors,
      frame: (frame) => this.#heard(frame),
      state: (state) => this.#linked(state),
      refused: (error) => this.#over.reject(error),
      after,
      now: () => rim.now(),
    });
    if (room.cursor > 0) this.#read.upTo(room.cursor);
  }

  /** Resolves to the exit code when `input` has ended and all of it is acknowledged. */
  async until(input: AsyncGenerator<Said, void>, { isTerminal }: { readonly isTerminal: boolean }): Promise<number> {
    using interrupt = interruptOf(this.#rim);
    const interrupted = new Promise<number>((resolve) => {
      interrupt.signal.addEventListener('abort', () => resolve(interruptedExitCode));
    });
    try {
      return await Promise.race([this.#take(input, isTerminal), interrupted, this.#over.promise]);
    } finally {
      this.#tellUnsent();
      this.#outbox.stop();
      this.#line.end();
      this.#parts.face.end();
      // What waits for a key would keep this process alive, and a terminal as it must not stay.
      this.#rim.stdin.setRawMode?.(false);
      this.#rim.stdin.destroy?.();
      await this.#read.settled();
    }
  }

  async #take(input: AsyncGenerator<Said, void>, isTerminal: boolean): Promise<number> {
    for await (const said of input) {
      if (said.kind === 'interrupt') return interruptedExitCode;
      if (said.kind === 'typing') this.#typing(said);
      else if (said.text.trim() === '/quit') break;
      else this.#say(said.text, isTerminal);
      // A pipe is read as fast as it is sent.
      if (!isTerminal) await this.#outbox.idle();
    }
    if (isTerminal && this.#outbox.size > 0) {
      this.#parts.face.note(`Waiting until ${this.#outbox.size} of yours are sent; Ctrl-C drops them.`);
    }
    await this.#outbox.idle();
    await this.#ownHasCome();
    return this.#exitCode;
  }

  #say(text: string, isTerminal: boolean): void {
    if (!isTerminal || !text.startsWith('/')) return this.#outbox.add(text);
    if (text.startsWith('//')) return this.#outbox.add(text.slice(1));
    this.#parts.face.note('The one order is /quit. To say something that begins with /, write it twice.');
  }

  #typing({ line }: Extract<Said, { readonly kind: 'typing' }>): void {
    const { face, channelId } = this.#parts;
    face.typed(line);
    const now = this.#rim.now();
    if (line.before.length === 0 || now - this.#typedAt < typingEveryMs) return;
    this.#typedAt = now;
    this.#line.send({ type: 'typing', channelId });
  }

  #heard(frame: ServerFrame): void {
    const { room, face, self } = this.#parts;
    if (frame.type === 'replay.more') this.#line.send({ type: 'replay', cursors: room.cursors });
    const news = room.take(frame);
    if (news === undefined) return;
    face.news(news);
    if (news.kind !== 'message') return;
    if (news.message.senderId !== self.id) this.#read.upTo(room.cursor);
    this.#onCursor();
  }

  #linked(state: LineState): void {
    const { face } = this.#parts;
    face.link(state);
    if (state.kind !== 'connected') return;
    this.#outbox.hurry();
    if (state.isAgain) void this.#lookAgain();
  }

  /** Edits are told once, to whoever is there. */
  async #lookAgain(): Promise<void> {
    const { room, face, channelId } = this.#parts;
    const query = { limit: lookedAtAgain, direction: 'before', cursor: room.cursor + 1 } as const;
    const found = await this.#client()
      .listMessages({ params: { channelId }, query })
      .catch(() => undefined);
    for (const news of room.compare(found?.data ?? [])) face.news(news);
  }

  #refused(content: string, error: PerdureError): void {
    if (error.code === 'unauthenticated') return this.#over.reject(error);
    const begin = printable(content.slice(0, 40)).replaceAll('\n', ' ');
    this.#parts.face.note(`Not sent: "${begin}${content.length > 40 ? '…' : ''}". ${printable(error.message)}`);
    this.#exitCode = refusedExitCode;
  }

  #tellUnsent(): void {
    const { size } = this.#outbox;
    if (size > 0) this.#parts.face.note(`${size} of yours may not have been sent.`);
  }

  async #ownHasCome(): Promise<void> {
    const { room } = this.#parts;
    if (room.cursor >= this.#lastSent) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = after(ownWithinMs, resolve);
    this.#onCursor = () => void (room.cursor >= this.#lastSent && resolve());
    await promise;
    cancel();
  }
}

/** Something that was said was refused. */
const refusedExitCode = 2;

/** Calls back after `ms`; the returned function prevents it. */
function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}
