/**
 * Whether the agent could ask its model, asked of the running gateway with its token: found by what its turns use, in a
 * few milliseconds, where OpenClaw's own commands take seconds and, in some releases, do not say.
 */

/**
 * Only where a release has what it takes: from one that has not, nobody hears anything.
 *
 * @param {any} api what OpenClaw gives a plugin that registers
 */
export function registerModelRoute(api) {
  if (typeof api.registerHttpRoute !== 'function') return;
  if (typeof api.runtime?.modelAuth?.resolveApiKeyForProvider !== 'function') return;
  api.registerHttpRoute({
    path: '/sesame/model',
    auth: 'gateway',
    match: 'exact',
    handler: async (_request, response) => {
      response.statusCode = 200;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await modelAnswer(api)));
      return true;
    },
  });
}

/** Neither the key is in it, nor what is said of one that is not there. */
async function modelAnswer({ runtime, config }) {
  const cfg = runtime.config?.current?.() ?? config;
  const model = cfg?.agents?.defaults?.model;
  const [provider] = String(model?.primary ?? model ?? '').split('/');
  if (!provider) return {};
  try {
    await runtime.modelAuth.resolveApiKeyForProvider({ provider, cfg });
    return { provider, isUsable: true };
  } catch {
    return { provider, isUsable: false };
  }
}
