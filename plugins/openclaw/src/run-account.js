/** The agent in the hub, for as long as the gateway runs: hears, lets the agent answer, and remembers how far it came. */

import { setTimeout as delay } from 'node:timers/promises';
import { isFromPerson, threadOf, verdictOn } from './admit.js';
import { hubApi } from './api.js';
import { backoffMs } from './backoff.js';
import { HubError } from './hub-error.js';
import { earlierPath, ledgerPath, outboxPath } from './ledger-file.js';
import { keepLink, sendOn } from './link.js';
import { outboxAt } from './outbox.js';
import { progressAt } from './progress.js';
import { untilResumed } from './resumed.js';
import { answer } from './turn.js';
import { version } from './version.js';

/** Tries to have a message taken up, over about a minute. */
const attempts = 6;

/**
 * Resolves when `ctx.abortSignal` has fired, and no turn of an agent is under way any more.
 *
 * @param {any} ctx what OpenClaw gives an account that starts
 * @param {{ stateDir: string, media: import('./files.js').Media, isReady: () => Promise<boolean>, restMs?: number,
 *   gateway?: Map<string, any> }} options `stateDir`: the folder of this gateway; `isReady`: whether it says that it is;
 *   `restMs`: for its own recovery; `gateway`: what its accounts share; default: those of this process
 */
export async function runAccount(ctx, { stateDir, media, isReady, restMs, gateway }) {
  const { account, abortSignal: signal } = ctx;
  const log = (level, line) => ctx.log?.[level]?.(`[sesame] ${line}`);
  if (account.apiKey === undefined)
    throw new Error('channels.sesame.apiKey is missing: put the key of the agent there.');
  const pause = (ms) => delay(ms, undefined, { signal }).catch(() => {});
  const api = hubApi(account, { pause, signal });
  const agent = new Agent({ ctx, account, api, media, isReady, restMs, log, pause, stateDir, gateway });
  const link = {};
  agent.type = (channelId) => sendOn(link, { type: 'typing', channelId });
  await keepLink({
    account,
    version,
    signal,
    pause,
    link,
    cursors: () => agent.cursors(),
    onFrame: (frame) => agent.hear(frame),
    onState: ({ isConnected, error }) => {
      ctx.setStatus({
        ...ctx.getStatus(),
        running: !signal.aborted,
        connected: isConnected,
        ...(error === undefined ? {} : { lastError: error }),
      });
      if (isConnected) log('info', 'Authenticated successfully');
      else if (error !== undefined) log('warn', `Not connected: ${error}`);
    },
  });
  await agent.settled();
}

class Agent {
  #deps;
  #me;
  #progress;
  #outbox;
  /** When a turn in which this gateway died has been gone on with. */
  #resumed = Promise.resolve();
  #turns = new Set();
  #agentTurns = new Map();

  constructor(deps) {
    this.#deps = deps;
    this.type = () => {};
  }

  /** What to ask the hub for: it is looked at anew before each connection, since channels may have come meanwhile. */
  async cursors() {
    const { api } = this.#deps;
    if (this.#progress === undefined) this.#begin(await api.me());
    const channels = await api.channels();
    // What others said before the agent came is none of its business; what somebody said to it alone is.
    this.#progress.meets(
      channels.map(({ id, kind, lastSeq = 0, readSeq = 0 }) => [id, kind === 'dm' ? readSeq : lastSeq]),
    );
    return this.#progress.heard();
  }

  #begin(me) {
    const { api, account, stateDir, isReady, restMs, pause, ctx, log, gateway } = this.#deps;
    this.#me = me;
    this.#outbox = outboxAt(outboxPath(stateDir, me.id), (line) => log('warn', line));
    this.#outbox.goesBy(api);
    const path = ledgerPath(stateDir, me.id);
    const earlier = earlierPath(stateDir, { apiUrl: account.apiUrl, agentId: me.id });
    this.#progress = progressAt({ path, earlier, log: (line) => log('error', line) }, gateway);
    if (!this.#progress.begin()) return;
    log('info', 'A turn was cut off, so what is heard waits until it is gone on with.');
    this.#resumed = untilResumed({ isReady, pause, restMs, signal: ctx.abortSignal });
  }

  hear({ type, message, data }) {
    const heard = message ?? data;
    if (type !== 'message' || typeof heard?.channelId !== 'string' || !Number.isSafeInteger(heard.seq)) return;
    if (!this.#progress.take(heard.channelId, heard.seq)) return;
    const turn = this.#progress.inTurn(heard.channelId, () => this.#dealWith(heard));
    this.#turns.add(turn);
    void turn.finally(() => this.#turns.delete(turn)).catch(() => {});
  }

  async settled() {
    await Promise.allSettled(this.#turns);
  }

  async #dealWith(message) {
    const { account, log } = this.#deps;
    const { channelId, seq } = message;
    if (isFromPerson(message)) this.#agentTurns.delete(channelId);
    const agentTurns = this.#agentTurns.get(channelId) ?? 0;
    const verdict = verdictOn(message, { account, agentId: this.#me.id, agentTurns });
    if (verdict === 'enough-of-agents') {
      log('warn', `Agents have talked ${agentTurns} times in a row in ${channelId}: it is left to a person to go on.`);
    }
    if (verdict === 'answer') {
      if (!isFromPerson(message)) this.#agentTurns.set(channelId, agentTurns + 1);
      await this.#answer(message);
      // The account is ending: whoever comes next hears what was not taken up.
      if (this.#deps.ctx.abortSignal.aborted) return;
    }
    this.#progress.finish(channelId, seq);
  }

  /** A gateway that has just begun may yet be busy with what it was doing before: it is asked again, and later. */
  async #answer(message) {
    const { ctx, account, api, media, log, pause } = this.#deps;
    const { channelId, seq } = message;
    let isTakenUp = false;
    const onTakenUp = () => {
      isTakenUp = true;
      this.#progress.isTakenUp(channelId, seq);
    };
    await this.#resumed;
    for (let attempt = 1; !ctx.abortSignal.aborted;) {
      try {
        const channel = await api.channel(channelId);
        await answer(message, { ctx, account, api, outbox: this.#outbox, media, channel, type: this.type, onTakenUp });
        await api.markRead(channelId, seq).catch(() => {});
        this.#progress.isOver(channelId);
        return;
      } catch (error) {
        // Of a gateway that ends, the turn is gone on with by whoever comes next.
        if (ctx.abortSignal.aborted) return;
        const reason = String(error?.message ?? error);
        log('error', `Message ${seq} of ${channelId} was not answered: ${reason}`);
        if (isTakenUp) {
          this.#progress.isOver(channelId);
          return;
        }
        // A hub that is away takes no refusal either: it is waited for.
        if (!(error instanceof HubError && error.mayPass)) attempt += 1;
        if (attempt > attempts) return await this.#tellUnanswered(message);
      }
      await pause(backoffMs(attempt));
    }
  }

  async #tellUnanswered(message) {
    const { id, channelId } = message;
    const threadRootId = threadOf(message);
    const content = 'I could not take this up; please say it again later.';
    const thread = threadRootId === undefined ? {} : { threadRootId };
    const said = { content, intent: 'error', clientGeneratedId: `openclaw-${id}-unanswered`, ...thread };
    await this.#outbox.say(channelId, said).catch(() => {});
  }
}
