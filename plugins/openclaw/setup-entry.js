/** What OpenClaw loads to look at the settings alone. */

import { defineSetupPluginEntry } from 'openclaw/plugin-sdk/channel-core';
import { sesame } from './src/channel.js';

export default defineSetupPluginEntry(sesame);
