/**
 * Tells OpenClaw which settings of the channel may be references to secrets: these it resolves before an account
 * starts, and no others. It finds this by the name of the file.
 */

import { createSimpleChannelSecretContract } from 'openclaw/plugin-sdk/channel-secret-basic-runtime';

export const { secretTargetRegistryEntries, collectRuntimeConfigAssignments } = createSimpleChannelSecretContract({
  channelKey: 'sesame',
  label: 'Sesame',
  accountFields: [],
  channelFields: ['apiKey'],
  mode: 'channel-only',
});
