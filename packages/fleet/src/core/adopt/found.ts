/** A gateway that somebody else set up, as it was found. Nothing of its secrets is here but where they stand. */

import type { GatewayProgram, ProcessIdentity } from '../gateway.ts';

export interface FoundSettings {
  readonly port: number;
  /** Absent: OpenClaw decides, by where it thinks that it runs. */
  readonly bind?: string;
  /** How who calls it has to prove themselves; `by_default`: nothing is said. */
  readonly auth: 'token' | 'password' | 'none' | 'other' | 'by_default';
  /** `provider/model`. */
  readonly model?: string;
  /** Places of secrets that stand in the settings themselves, as `channels.sesame.apiKey`. */
  readonly openSecrets: readonly string[];
  readonly isBrowserOff: boolean;
  /** Whether what a workspace was given is kept, as `skipBootstrap` says. */
  readonly keepsBootstrap: boolean;
  readonly isPluginEnabled: boolean;
  /** The address at which its channel finds the hub. */
  readonly hubUrl?: string;
  readonly workspace?: string;
}

export interface FoundService {
  readonly manager: 'systemd' | 'launchd';
  /** `openclaw-gateway-scout.service`, `com.openclaw.scout`. */
  readonly name: string;
  /** The file that defines it. */
  readonly file: string;
  /** `ours_by_name`: as OpenClaw itself would call it. `by_hand`: as the provisioners of old did. */
  readonly naming: 'of_openclaw' | 'by_hand';
  /** Names of secrets that its file gives to the gateway in clear. */
  readonly openSecrets: readonly string[];
  /** Whether the words that start it name a port. */
  readonly namesPort: boolean;
}

export interface FoundFile {
  /** Below the home. */
  readonly path: string;
  /** Of its permissions, as 0o644. */
  readonly mode: number;
}

export interface FoundGateway {
  /** Of OpenClaw's own home: `default`. */
  readonly handle: string;
  readonly home: string;
  /** Where a link leads; absent: the home is a folder. */
  readonly linkTo?: string;
  readonly mode: number;
  readonly settings:
    | FoundSettings
    /** Why they could not be read. */
    | { readonly problem: string };
  readonly services: readonly FoundService[];
  readonly processes: readonly ProcessIdentity[];
  /** With what its process or its service runs it; absent: that cannot be seen. */
  readonly program?: GatewayProgram;
  /** Account that its home belongs to. */
  readonly uid: number;
  /** With secrets in them, and open to others. */
  readonly looseFiles: readonly FoundFile[];
  /** Of the kind that a gateway of today dies of. */
  readonly authFiles: readonly string[];
  readonly plugin?: { readonly name: string; readonly version?: string };
  /** Files of its workspace. */
  readonly workspace: readonly string[];
}

export function isReadable(settings: FoundGateway['settings']): settings is FoundSettings {
  return !('problem' in settings);
}
