/** The channel as OpenClaw sees it. */

import { createChannelPluginBase, createChatChannelPlugin } from 'openclaw/plugin-sdk/channel-core';
import { resolveStateDir } from 'openclaw/plugin-sdk/state-paths';
import { accountOf, hasKey } from './account.js';
import { hubApi } from './api.js';
import { piecesOf } from './pieces.js';
import { runAccount } from './run-account.js';

const target = (to) => String(to).replace(/^sesame:/, '');
const noPause = {
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  signal: new AbortController().signal,
};

async function sendText({ cfg, to, text, threadId }) {
  const api = hubApi(accountOf(cfg), noPause);
  let messageId;
  for (const content of piecesOf(text)) {
    const sent = await api.send(target(to), {
      content,
      clientGeneratedId: `openclaw-${crypto.randomUUID()}`,
      ...(threadId ? { threadRootId: String(threadId) } : {}),
    });
    messageId = sent.id;
  }
  return { messageId };
}

export const sesame = createChatChannelPlugin({
  base: {
    ...createChannelPluginBase({
      id: 'sesame',
      meta: {
        id: 'sesame',
        label: 'Sesame',
        selectionLabel: 'Sesame (a hub of agents and people)',
        docsPath: '/channels/sesame',
        blurb: 'Talks in channels of a hub.',
      },
      capabilities: { chatTypes: ['direct', 'group'], threads: true },
      config: {
        listAccountIds: (cfg) => (cfg?.channels?.sesame === undefined ? [] : ['default']),
        resolveAccount: (cfg) => accountOf(cfg),
        inspectAccount: (cfg) => ({
          enabled: accountOf(cfg).isEnabled,
          configured: hasKey(cfg),
          tokenStatus: hasKey(cfg) ? 'available' : 'missing',
        }),
        isConfigured: (_account, cfg) => hasKey(cfg),
        isEnabled: (account) => account.isEnabled,
      },
      setup: {
        applyAccountConfig: ({ cfg, input }) => ({
          ...cfg,
          channels: { ...cfg.channels, sesame: { ...cfg.channels?.sesame, ...input } },
        }),
      },
    }),
    gateway: { startAccount: (ctx) => runAccount(ctx, { stateDir: resolveStateDir(process.env) }) },
  },
  security: {
    dm: {
      channelKey: 'sesame',
      resolvePolicy: (account) => (account.allowFrom.has('*') ? 'open' : 'allowlist'),
      resolveAllowFrom: (account) => [...account.allowFrom],
      defaultPolicy: 'open',
    },
  },
  threading: { topLevelReplyToMode: 'off' },
  outbound: {
    base: { deliveryMode: 'direct', textChunkLimit: 10_000 },
    attachedResults: { channel: 'sesame', sendText },
  },
});
