/** All that knows OpenClaw. */

export { readdressed, type Addresses, type Readdressed } from './addresses.ts';
export { environmentOf, type EnvironmentOf } from './environment.ts';
export { basesOf, isHomeName, type FoundHome } from './gateways.ts';
export { endCommands } from './marked.ts';
export { listeningOn } from './listening.ts';
export { mergeSettings, type Merged } from './merge-settings.ts';
export { probeGateway } from './probe.ts';
export { gatewayProgram, type ProgramOptions } from './program.ts';
export { hasSettingsOf, movedSettings, settingsFolders } from './trial-settings.ts';
export { authKeysIn, type AuthKeys } from './auth-files.ts';
export { at, objectIn, settingsFile, textIn, variablesFile } from './home-files.ts';
export { isMemberTaken, mendSettings, modelOf, type MendedSettings } from './mend-settings.ts';
export { gatewayTokenVariable, variablesOfService, withVariables } from './variables.ts';
export { channelKeyOf } from './secret-values.ts';
export { withoutSecrets } from './secrets-of-home.ts';
export { secretNames, secretsFile, settingsOf, toolsFolder, type Json, type SettingsOf } from './settings.ts';
export { readSettings, type ReadSettings } from './read-settings.ts';
export { askVersion } from './version.ts';
