/** The channel as OpenClaw sees it. */

import { createChannelPluginBase, createChatChannelPlugin } from 'openclaw/plugin-sdk/channel-core';
import { getAgentScopedMediaLocalRoots } from 'openclaw/plugin-sdk/media-local-roots';
import { saveMediaBuffer } from 'openclaw/plugin-sdk/media-store';
import { loadOutboundMediaFromUrl } from 'openclaw/plugin-sdk/outbound-media';
import { resolveStateDir } from 'openclaw/plugin-sdk/state-paths';
import { loadWebMedia } from 'openclaw/plugin-sdk/web-media';
import { accountOf, hasKey } from './account.js';
import { hubApi } from './api.js';
import { mostBytes } from './files.js';
import { piecesOf } from './pieces.js';
import { readinessOf } from './resumed.js';
import { runAccount } from './run-account.js';

const target = (to) =>
  String(to)
    .trim()
    .replace(/^(?:sesame|channel|group):/i, '');
const isChannelId = (to) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(target(to));
const noPause = {
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  signal: new AbortController().signal,
};

/** Where OpenClaw keeps files, and what of this machine an agent may send. */
const mediaOf = (cfg) => ({
  save: async ({ bytes, contentType, fileName }) =>
    (await saveMediaBuffer(bytes, contentType, 'inbound', mostBytes, fileName)).path,
  load: async (url, agentId) => await load(url, { localRoots: getAgentScopedMediaLocalRoots(cfg, agentId) }),
});

async function load(url, rules) {
  const options = { maxBytes: mostBytes, optimizeImages: false, ...rules };
  const { buffer, contentType = 'application/octet-stream', fileName = 'file' } = await loadWebMedia(url, options);
  return { bytes: buffer, contentType, fileName };
}

/** What OpenClaw lets whoever sends read. */
async function sendMedia({ cfg, to, text, threadId, mediaUrl, mediaLocalRoots, mediaReadFile, mediaAccess }) {
  const file = await loadOutboundMediaFromUrl(mediaUrl, {
    maxBytes: mostBytes,
    optimizeImages: false,
    mediaLocalRoots,
    mediaReadFile,
    mediaAccess,
  });
  const { buffer: bytes, contentType = 'application/octet-stream', fileName = 'file' } = file;
  const fileId = await hubApi(accountOf(cfg), noPause).upload({ bytes, contentType, fileName });
  return await sendText({ cfg, to, text: text?.trim() ? text : fileName, threadId, attachmentIds: [fileId] });
}

async function sendText({ cfg, to, text, threadId, attachmentIds }) {
  const api = hubApi(accountOf(cfg), noPause);
  let messageId;
  const pieces = piecesOf(text);
  for (const [at, content] of pieces.entries()) {
    const sent = await api.send(target(to), {
      content,
      clientGeneratedId: `openclaw-${crypto.randomUUID()}`,
      ...(threadId ? { threadRootId: String(threadId) } : {}),
      ...(attachmentIds && at === pieces.length - 1 ? { attachmentIds } : {}),
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
      capabilities: { chatTypes: ['direct', 'group'], threads: true, media: true },
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
      // Else a gateway is restarted, with all that it does, where its hub has another address.
      reload: { configPrefixes: ['channels.sesame'] },
      setup: {
        applyAccountConfig: ({ cfg, input }) => ({
          ...cfg,
          channels: { ...cfg.channels, sesame: { ...cfg.channels?.sesame, ...input } },
        }),
      },
    }),
    // Without these an agent that sends by its own tool is told that it knows no such target.
    messaging: {
      normalizeTarget: target,
      targetResolver: { looksLikeId: isChannelId, hint: 'the id of a channel' },
    },
    gateway: {
      startAccount: (ctx) =>
        runAccount(ctx, {
          stateDir: resolveStateDir(process.env),
          media: mediaOf(ctx.cfg),
          isReady: readinessOf(ctx.cfg),
        }),
    },
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
    attachedResults: { channel: 'sesame', sendText, sendMedia },
  },
});
