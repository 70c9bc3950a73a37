/**
 * The environment of OpenClaw for one home, made of nothing (M7): a key of a provider in ours would be found, and used,
 * and written into the environment of a service.
 */

export interface EnvironmentOf {
  /** Of the gateway: an absolute path. */
  readonly home: string;
  /** Of the account. */
  readonly accountHome: string;
  /** Tools of the system that its own tools run; none of a shell's PATH. */
  readonly path?: string;
}

export function environmentOf({ home, accountHome, path = '/usr/local/bin:/usr/bin:/bin' }: EnvironmentOf): {
  readonly [name: string]: string;
} {
  return {
    HOME: accountHome,
    PATH: path,
    LANG: 'C.UTF-8',
    OPENCLAW_STATE_DIR: home,
    OPENCLAW_CONFIG_PATH: `${home}/openclaw.json`,
    OPENCLAW_SUPERVISOR_MODE: 'external',
    OPENCLAW_DISABLE_BONJOUR: '1',
    OPENCLAW_NO_RESPAWN: '1',
    OPENCLAW_NO_AUTO_UPDATE: '1',
    // Else it looks for helpers to download: its tools are what this machine has.
    OPENCLAW_OFFLINE: '1',
  };
}
