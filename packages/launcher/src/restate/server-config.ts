/**
 * The engine's configuration: small, on one machine, and out of reach. Its APIs know no authentication, so it listens
 * on unix sockets in the state root and opens no TCP port at all.
 */

import { engineNodeName } from '@perdure/home';

export interface EngineConfig {
  /** Its socket for other engines. */
  readonly fabric: string;
  /** File of the key with which it signs its calls. */
  readonly key: string;
}

/**
 * Restate reads its configuration from the environment too; nothing of the user's shell may reach it. Killed, it leaves
 * temporary folders behind: they are kept where we find them.
 */
export function engineEnvironment(env: NodeJS.ProcessEnv, tmpdir: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  const passed = kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...Object.fromEntries(passed), TMPDIR: tmpdir };
}

export function engineConfig({ fabric, key }: EngineConfig): string {
  // A JSON string is a TOML string. The node's name defaults to the host's: renaming the machine would look like lost
  // data. The advertised address defaults to the real path of the folder, which may be too long for a socket.
  return `# Written at every start by Perdure: changes are lost.
cluster-name = "perdure"
node-name = ${JSON.stringify(engineNodeName)}
listen-mode = "unix"
bind-ip = "127.0.0.1"
advertised-address = ${JSON.stringify(`unix:${fabric}`)}
default-num-partitions = 4
rocksdb-total-memory-size = "256 MiB"
shutdown-timeout = "5s"
disable-telemetry = true
request-identity-private-key-pem-file = ${JSON.stringify(key)}
log-filter = "warn,octocrab=off"
log-format = "compact"
log-disable-ansi-codes = true

[admin]
disable-web-ui = true

[admin.query-engine]
memory-size = "64 MiB"

[bifrost]
record-cache-memory-size = "32 MiB"
`;
}
