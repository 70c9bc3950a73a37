/** The entry that OpenClaw loads. */

import { defineChannelPluginEntry } from 'openclaw/plugin-sdk/channel-core';
import { sesame } from './src/channel.js';
import { registerModelRoute } from './src/model-route.js';

export default defineChannelPluginEntry({
  id: 'sesame',
  name: 'Sesame',
  description: 'An agent in the hub of Perdure, or in any that speaks as Sesame does',
  plugin: sesame,
  registerFull: registerModelRoute,
});
